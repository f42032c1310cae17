import assert from 'node:assert/strict';
import path from 'node:path';
import { findHead, type Head, type HeadOption } from '../../../src/onnx/head';
import { readModelFile } from '../../../src/onnx/read-model';
import { models } from '../../fixtures/paths';

async function option(name: string): Promise<HeadOption> {
  const { model } = await readModelFile(path.join(models, name));
  const found = findHead(model);
  assert.ok(found);
  return found.chosen;
}

async function head(name: string): Promise<Head> {
  const found = await option(name);
  if (!('head' in found)) throw new Error(found.none.reason);
  return found.head;
}

describe('the classifier head', () => {
  it('is a Gemm with transposed weights in a plain export', async () => {
    const found = await head('cnn.onnx');
    assert.deepEqual(found.weight, { tensor: 'head.weight', nodes: [] });
    assert.deepEqual(found.biases, [{ tap: { tensor: 'head.bias', nodes: [] }, scale: 1, factors: [] }]);
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
    const found = await option('no_head.onnx');
    assert.ok('none' in found);
    assert.match(found.none.reason, /Relu/);
  });
});
