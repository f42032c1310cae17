import assert from 'node:assert/strict';
import path from 'node:path';
import { findHead, type Head } from '../../../src/onnx/head';
import { readModelFile } from '../../../src/onnx/read-model';
import { models } from '../../fixtures/paths';

async function head(name: string): Promise<Head> {
  const { model } = await readModelFile(path.join(models, name));
  const found = findHead(model.graph);
  if (!('head' in found)) throw new Error(found.reason);
  return found.head;
}

describe('the classifier head', () => {
  it('is a Gemm with transposed weights in a plain export', async () => {
    const found = await head('cnn.onnx');
    assert.equal(found.weight, 'head.weight');
    assert.equal(found.bias, 'head.bias');
    assert.equal(found.weightLayout, 'rows');
    assert.deepEqual([found.classes, found.dimension, found.logits], [4, 6, 'logits']);
  });

  it('is a MatMul with an Add behind a Squeeze', async () => {
    const found = await head('matmul_add.onnx');
    assert.equal(found.weightLayout, 'columns');
    assert.deepEqual([found.classes, found.dimension], [4, 6]);
    assert.match(found.biasName ?? '', /b$/);
  });

  for (const name of ['softmax', 'logsoftmax']) {
    it(`is found behind ${name}, and the logits are those before it`, async () => {
      const found = await head(`${name}.onnx`);
      assert.equal(found.dimension, 6);
      assert.notEqual(found.logits, 'logits');
    });
  }

  it('is read from external data’s names in a torch.export model', async () => {
    const found = await head('dynamo_mlp.onnx');
    assert.equal(found.weightName, 'head.weight');
    assert.deepEqual([found.classes, found.dimension], [4, 6]);
  });

  it('carries the temperature of a cosine classifier as a scale', async () => {
    const found = await head('cosine.onnx');
    assert.ok(Math.abs(found.weightScale - 10) < 1e-5, `scale ${found.weightScale}`);
    assert.equal(found.weightName, 'head.raw');
    assert.equal(found.classes, 4);
  });

  it('is missing where a model ends in something else, and the reason names it', async () => {
    const { model } = await readModelFile(path.join(models, 'no_head.onnx'));
    const found = findHead(model.graph);
    assert.ok('reason' in found);
    assert.match(found.reason, /Relu/);
  });
});
