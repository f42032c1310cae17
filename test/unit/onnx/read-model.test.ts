import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseModel } from '../../../src/onnx/parse-model';
import { readModelFile } from '../../../src/onnx/read-model';
import { spliced, tap } from '../../../src/onnx/splice';
import { delimited } from '../../../src/onnx/wire';
import { models, sampleRun } from '../../fixtures/paths';

describe('reading a model', () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(path.join(tmpdir(), 'nc-model-'))));
  after(() => rm(folder, { recursive: true }));

  const rejects = (file: string, code: string, says: RegExp): Promise<void> =>
    assert.rejects(readModelFile(file), (error: { code: string; message: string }) => {
      assert.equal(error.code, code);
      assert.match(error.message, says);
      assert.ok(!error.message.includes('\n'));
      return true;
    });

  it('takes inputs, outputs and shapes without the weights', async () => {
    const { model } = await readModelFile(path.join(models, 'cnn.onnx'));
    assert.deepEqual(model.graph.inputs, [{ name: 'input', elementType: 1, shape: [null, 1, 8, 8] }]);
    assert.deepEqual(model.graph.outputs[0]?.shape, [null, 4]);
    assert.equal(model.producer, 'pytorch');
  });

  it('says so when there is no file', () =>
    rejects(path.join(folder, 'no.onnx'), 'E_NOT_FOUND', /no\.onnx.*no such file/));

  it('tells an empty file and a text file from a model', async () => {
    const empty = path.join(folder, 'empty.onnx');
    await writeFile(empty, '');
    await rejects(empty, 'E_NOT_ONNX', /empty\.onnx is empty/);
    const text = path.join(folder, 'text.onnx');
    await writeFile(text, 'These are not the weights you are looking for.');
    await rejects(text, 'E_NOT_ONNX', /text\.onnx is not an ONNX model/);
  });

  it('calls a file that is cut off anywhere by that name', async () => {
    const source = path.join(sampleRun, 'epoch_500.onnx');
    const size = (await readFile(source)).length;
    for (const share of [0.02, 0.5, 0.9, 0.999]) {
      const file = path.join(folder, `cut_${share}.onnx`);
      await copyFile(source, file);
      await truncate(file, Math.floor(size * share));
      await rejects(file, 'E_TRUNCATED', /is cut off/);
    }
  });

  it('names the missing or short file of external data', async () => {
    const model = path.join(folder, 'dynamo_mlp.onnx');
    await copyFile(path.join(models, 'dynamo_mlp.onnx'), model);
    await rejects(model, 'E_EXTERNAL_DATA', /dynamo_mlp\.onnx\.data, which is missing/);
    await writeFile(`${model}.data`, new Uint8Array(100));
    await rejects(model, 'E_EXTERNAL_DATA', /which has only 100/);
  });

  it('does not follow external data out of the model’s folder', async () => {
    for (const location of ['../outside.data', '/etc/passwd']) {
      const entry = (key: string, value: string): Uint8Array =>
        delimited(13, Buffer.concat([delimited(1, Buffer.from(key)), delimited(2, Buffer.from(value))]));
      const tensor = Buffer.concat([delimited(8, Buffer.from('w')), entry('location', location)]);
      const bytes = Buffer.concat([await readFile(path.join(models, 'cnn.onnx')), delimited(7, delimited(5, tensor))]);
      const file = path.join(folder, 'escape.onnx');
      await writeFile(file, bytes);
      await rejects(file, 'E_EXTERNAL_DATA', /outside its own folder/);
    }
  });

  it('splices outputs in by appending bytes, each once', async () => {
    const bytes = await readFile(path.join(models, 'cnn.onnx'));
    const longer = spliced(bytes, ['head.weight', 'logits', 'head.weight'].map(tap), ['logits']);
    assert.deepEqual(
      parseModel(longer, 'longer').graph.outputs.map((output) => output.name),
      ['logits', 'head.weight'],
    );
    assert.deepEqual(Buffer.from(longer.subarray(0, bytes.length)), bytes);
  });
});
