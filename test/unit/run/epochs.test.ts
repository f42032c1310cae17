import assert from 'node:assert/strict';
import path from 'node:path';
import { expandBraces, findCheckpoints, matcher } from '../../../src/run/checkpoints';
import { epochOf } from '../../../src/run/epochs';
import { folderOf } from './files';

describe('epochs in file names', () => {
  for (const [name, epoch] of [
    ['epoch_120.onnx', 120],
    ['ckpt-000300.onnx', 300],
    ['model_ep12.onnx', 12],
    ['step=4000.onnx', 4000],
    ['net-2024-01-01-e5.onnx', 5],
    ['epoch=12-step=4000.onnx', 12],
    ['step=4000-epoch=12.onnx', 12],
    ['best-epoch07-val_loss0.34.onnx', 7],
    ['resnet18_epoch_30.onnx', 30],
    ['resnet18-30.onnx', 30],
    ['resnet18.onnx', undefined],
    ['model12.onnx', 12],
    ['0007.onnx', 7],
    ['Epoch 3.onnx', 3],
    ['net_20240131.onnx', undefined],
    ['model_v2.onnx', undefined],
    ['best.onnx', undefined],
    ['acc0.98.onnx', undefined],
    ['some/epoch_9/epoch_10.onnx', 10],
    ['model_3_of_10_epoch_4.onnx', 4],
    ['epoch_99999999999999999999.onnx', undefined],
    ['features_epoch_5.npz', 5],
  ] as const) {
    it(`${name} → ${epoch}`, () => {
      assert.equal(epochOf(name), epoch);
    });
  }
});

describe('checkpoints of a folder', () => {
  const names = ['e10.onnx', 'e9.onnx', 'e1.onnx', 'final.onnx', '.hidden.onnx', 'e2.txt', 'sub/e3.onnx'];
  const found = async (manifest: Parameters<typeof findCheckpoints>[1]): Promise<string[]> => {
    const folder = await folderOf(Object.fromEntries(names.map((name) => [name, ''])));
    return (await findCheckpoints(folder, manifest)).map((one) => one.path);
  };

  it('are all .onnx files, by epoch, those without a number last', async () => {
    assert.deepEqual(await found({}), ['e1.onnx', 'e9.onnx', 'e10.onnx', 'final.onnx']);
  });

  it('follow a pattern, into folders too', async () => {
    assert.deepEqual(await found({ checkpoints: 'e?.onnx' }), ['e1.onnx', 'e9.onnx']);
    assert.deepEqual(await found({ checkpoints: '{final,e1}.onnx' }), ['e1.onnx', 'final.onnx']);
    assert.deepEqual(await found({ checkpoints: 's*/*.onnx' }), ['sub/e3.onnx']);
    assert.deepEqual(await found({ checkpoints: 'x*.onnx' }), []);
  });

  it('follow an explicit order, and what it does not name comes after', async () => {
    assert.deepEqual(await found({ order: ['final.onnx', 'e9.onnx'] }), [
      'final.onnx',
      'e9.onnx',
      'e1.onnx',
      'e10.onnx',
    ]);
    await assert.rejects(found({ order: ['e4.onnx'] }), { code: 'E_ORDER', message: /e4\.onnx/ });
  });

  it('carry file, path and epoch', async () => {
    const folder = await folderOf({ 'ckpt/epoch_3.onnx': '' });
    assert.deepEqual(await findCheckpoints(folder, { checkpoints: 'ckpt/*.onnx' }), [
      { file: path.join(folder, 'ckpt', 'epoch_3.onnx'), path: 'ckpt/epoch_3.onnx', epoch: 3 },
    ]);
  });

  it('patterns take other characters as they are', () => {
    assert.ok(matcher('a+b(1)[2].onnx').test('a+b(1)[2].onnx'));
    assert.ok(!matcher('a.onnx').test('axonnx'));
    assert.deepEqual(expandBraces('{a,b}-{1,2}'), ['a-1', 'a-2', 'b-1', 'b-2']);
    assert.throws(() => expandBraces('{a,b}'.repeat(40)), { code: 'E_MANIFEST', message: /use \* instead/ });
  });
});
