import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isWhole } from '../../../src/engine/describe-arrays';
import { ReadyFiles } from '../../../src/run/ready-files';
import { watchedFiles } from '../../../src/run/watched-files';
import { sampleRun } from '../../fixtures/paths';

const probe = async (file: string): Promise<string | undefined> => (await isWhole({ file })).why;

describe('files of a run that is being trained', () => {
  let folder: string;
  let model: Buffer;
  before(async () => (model = await readFile(path.join(sampleRun, 'epoch_000.onnx'))));
  beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), 'nc-ready-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const at = (name: string): string => path.join(folder, name);
  const names = (files: string[]): string[] => files.map((file) => path.basename(file));

  it('are ready at the second look that finds them unchanged, and once', async () => {
    const files = new ReadyFiles(probe);
    await writeFile(at('epoch_1.onnx'), model);
    const first = await files.look(await watchedFiles(folder), 0);
    assert.deepEqual(first.files, []);
    assert.deepEqual(first.waiting, [{ file: at('epoch_1.onnx'), why: 'is still being written' }]);
    assert.deepEqual(names((await files.look(await watchedFiles(folder), 1000)).files), ['epoch_1.onnx']);
    assert.deepEqual(await files.look(await watchedFiles(folder), 2000), { files: [], waiting: [] });
  });

  it('are waited for while they grow, however long, and while they rest half written', async () => {
    const files = new ReadyFiles(probe, 20_000);
    const half = Math.floor(model.length / 2);
    await writeFile(at('epoch_1.onnx'), model.subarray(0, 1000));
    for (let now = 0; now < 60_000; now += 10_000) {
      const { files: ready } = await files.look(await watchedFiles(folder), now);
      assert.deepEqual(ready, [], `at ${now}`);
      const from = 1000 + (now / 10_000) * 100;
      await appendFile(at('epoch_1.onnx'), model.subarray(from, from + 100));
    }
    await writeFile(at('epoch_1.onnx'), model.subarray(0, half));
    await files.look(await watchedFiles(folder), 60_000);
    const resting = await files.look(await watchedFiles(folder), 70_000);
    assert.deepEqual(resting.files, []);
    assert.match(resting.waiting[0]?.why ?? '', /epoch_1\.onnx/);
    await writeFile(at('epoch_1.onnx'), model);
    await files.look(await watchedFiles(folder), 71_000);
    assert.deepEqual(names((await files.look(await watchedFiles(folder), 72_000)).files), ['epoch_1.onnx']);
  });

  it('are given out broken after a while, and again when they are written anew', async () => {
    const files = new ReadyFiles(probe, 20_000);
    await writeFile(at('epoch_1.onnx'), model.subarray(0, 5000));
    await files.look(await watchedFiles(folder), 0);
    assert.deepEqual((await files.look(await watchedFiles(folder), 19_000)).files, []);
    assert.deepEqual(names((await files.look(await watchedFiles(folder), 20_000)).files), ['epoch_1.onnx']);
    assert.deepEqual((await files.look(await watchedFiles(folder), 60_000)).files, []);
    await writeFile(at('epoch_1.onnx'), model);
    await files.look(await watchedFiles(folder), 61_000);
    assert.deepEqual(names((await files.look(await watchedFiles(folder), 62_000)).files), ['epoch_1.onnx']);
  });

  it('may be written under another name and renamed', async () => {
    const files = new ReadyFiles(probe);
    await writeFile(at('epoch_1.onnx.tmp'), model.subarray(0, 3000));
    assert.deepEqual(await files.look(await watchedFiles(folder), 0), { files: [], waiting: [] });
    await writeFile(at('epoch_1.onnx.tmp'), model);
    await rename(at('epoch_1.onnx.tmp'), at('epoch_1.onnx'));
    await files.look(await watchedFiles(folder), 1000);
    assert.deepEqual(names((await files.look(await watchedFiles(folder), 2000)).files), ['epoch_1.onnx']);
  });

  it('are passed over where they were measured earlier, until they change', async () => {
    const files = new ReadyFiles(probe);
    await writeFile(at('epoch_1.onnx'), model);
    files.passOver(await watchedFiles(folder));
    assert.deepEqual(await files.look(await watchedFiles(folder), 0), { files: [], waiting: [] });
    await writeFile(at('epoch_1.onnx'), Buffer.concat([model, Buffer.alloc(0)]));
    const touched = new Map([[at('epoch_1.onnx'), { size: model.length, mtimeMs: Date.now() + 5000 }]]);
    assert.equal((await files.look(touched, 1000)).waiting.length, 1);
    assert.deepEqual(names((await files.look(touched, 2000)).files), ['epoch_1.onnx']);
  });

  it('are those that the manifest names, those in folders below, or saved activations', async () => {
    const seen = async (): Promise<string[]> =>
      [...(await watchedFiles(folder)).keys()].map((file) => path.relative(folder, file)).sort();
    assert.deepEqual(await seen(), []);
    await writeFile(at('epoch_1.npz'), 'x');
    assert.deepEqual(await seen(), ['epoch_1.npz']);
    await mkdir(at('step-1'));
    await writeFile(path.join(folder, 'step-1', 'model.onnx'), 'x');
    assert.deepEqual(await seen(), [path.join('step-1', 'model.onnx')]);
    await writeFile(at('best.onnx'), 'x');
    await writeFile(at('epoch_1.onnx'), 'x');
    assert.deepEqual(await seen(), ['best.onnx', 'epoch_1.onnx']);
    await writeFile(
      at('neural-collapse.json'),
      '{ "checkpoints": "epoch_*.onnx", "order": ["epoch_1.onnx", "epoch_9.onnx"] }',
    );
    assert.deepEqual(await seen(), ['epoch_1.onnx']);
    assert.deepEqual([...(await watchedFiles(path.join(folder, 'nowhere'))).keys()], []);
  });
});
