import assert from 'node:assert/strict';
import path from 'node:path';
import { anatomyOf } from '../../../src/onnx/anatomy';
import type { Layer } from '../../../src/onnx/layers';
import { readModelFile } from '../../../src/onnx/read-model';
import { models, sampleRun } from '../../fixtures/paths';

async function layers(file: string): Promise<Layer[]> {
  const { model } = await readModelFile(file);
  return anatomyOf(model, {}, path.basename(file)).layers;
}

describe('layers', () => {
  it('of a plain network are its activations and pools, in depth order', async () => {
    const found = await layers(path.join(models, 'cnn.onnx'));
    assert.deepEqual(
      found.map(({ name, role }) => `${name}: ${role}`),
      ['body.2 Relu: hidden', 'body.3 MaxPool: hidden', 'body.6 Relu: penultimate'],
    );
  });

  it('of a residual network are the ends of its blocks, not what is inside them', async () => {
    const found = await layers(path.join(models, 'residual.onnx'));
    assert.deepEqual(
      found.map(({ name }) => name),
      ['body.1 Relu', 'body.2 Relu', 'body.3 Relu', 'body.4 GlobalAveragePool'],
    );
  });

  it('of a torch.export model are named by module path', async () => {
    const found = await layers(path.join(models, 'dynamo_mlp.onnx'));
    assert.deepEqual(
      found.map(({ name }) => name),
      ['body.2 Tanh', 'body.4 Relu'],
    );
  });

  it('of the sample run are the five that its reference was computed for', async () => {
    const found = await layers(path.join(sampleRun, 'epoch_500.onnx'));
    assert.deepEqual(
      found.map(({ tensor }) => tensor),
      [2, 5, 8, 11, 13].map((i) => `/body/body.${i}/Relu_output_0`),
    );
  });

  it('leave out what computes the classifier’s own weights', async () => {
    const found = await layers(path.join(models, 'cosine.onnx'));
    assert.ok(found.every(({ tensor }) => !tensor.includes('raw')));
    assert.equal(found.at(-1)?.role, 'penultimate');
  });
});
