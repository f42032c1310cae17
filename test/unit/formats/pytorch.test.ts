import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { openArrays } from '../../../src/formats/open';
import { producedFiles, sameAsProduced, Scratch, tensors } from './tensor-files';
import { zipOf } from './zip-of';

const scratch = new Scratch();
const good = (name: string): Promise<Buffer> => readFile(path.join(tensors, name));

/** A file with one pickle and one storage of 24 bytes. */
function torchZip(
  pickle: string,
  entries: [string, string | Uint8Array][] = [['a/data/0', Buffer.alloc(24, 1)]],
): Buffer {
  return zipOf([['a/data.pkl', Buffer.from(pickle, 'latin1')], ['a/byteorder', 'little'], ...entries]);
}

const text = (value: string): string => `X${String.fromCharCode(value.length)}\0\0\0${value}`;
const int = (value: number): string => `I${value}\n`;

/** `torch._utils._rebuild_tensor_v2` of a float32 storage. */
function tensor(key: string, numel: number, offset: number, shape: number[], strides: number[]): string {
  const storage = `(${text('storage')}ctorch\nFloatStorage\n${text(key)}${text('cpu')}${int(numel)}tQ`;
  const tuple = (values: number[]): string => `(${values.map(int).join('')}t`;
  return `ctorch._utils\n_rebuild_tensor_v2\n(${storage}${int(offset)}${tuple(shape)}${tuple(strides)}\x89ccollections\nOrderedDict\n)RtR`;
}

describe('PyTorch files', () => {
  before(() => scratch.make());
  after(() => scratch.remove());

  for (const name of producedFiles(/\.(pt|pth|ckpt|bin)$/))
    it(`${name} as torch.save wrote it`, () => sameAsProduced(name));

  it('holds what is not read beside what is: each with its reason', async () => {
    const reasons = async (name: string): Promise<string> => {
      const file = await openArrays(path.join(tensors, name));
      await file.close();
      return file.skipped.map(({ reason }) => reason).join('\n');
    };
    assert.match(
      await reasons('args.pt'),
      /^args\.pt: args holds argparse\.Namespace, which is not read: nothing in a pickle is executed/,
    );
    const types = await reasons('types.pt');
    assert.match(types, /complex holds numbers of type ComplexFloat.*view_as_real/);
    assert.match(types, /sparse holds a sparse tensor.*to_dense/);
    assert.match(types, /quantised holds a quantised tensor.*dequantize/);
    assert.match(await reasons('same_names.pt'), /a\.b stands for several tensors/);
    const args = await openArrays(path.join(tensors, 'args.pt'));
    assert.throws(() => args.rows('args', { rows: 1, as: 'float32' }), { code: 'E_DTYPE', message: /Namespace/ });
    await args.close();
  });

  it('holds no tensors: refused with what it holds instead', async () => {
    for (const [name, code, message] of [
      ['module.pt', 'E_PICKLE', /^module\.pt holds torch\.nn\.modules\.container\.Sequential.*state_dict/],
      ['settings.pt', 'E_NOT_AN_ARRAY_FILE', /holds no tensors/],
      ['script.pt', 'E_FORMAT', /TorchScript program.*ONNX/],
      ['deflated.pt', 'E_FORMAT', /compression.*torch\.save/],
    ] as const) {
      await assert.rejects(openArrays(path.join(tensors, name)), { code, message });
    }
  });

  it('is known by its content, whatever it is called', async () => {
    for (const name of ['views.pt', 'legacy_views.pt']) {
      assert.equal(await scratch.read(await scratch.write('renamed.dat', await good(name))), undefined);
    }
    assert.equal((await scratch.faultOf('a.pt', 'this is no tensor file')).code, 'E_NOT_AN_ARRAY_FILE');
    assert.equal((await scratch.faultOf('a.pth', '')).code, 'E_TRUNCATED');
    const pickle = await scratch.faultOf('a.ckpt', Buffer.from('\x80\x04]\x94.', 'latin1'));
    assert.equal(pickle.code, 'E_FORMAT');
    assert.match(pickle.message, /pickle file, which is not read/);
    const npz = await readFile(path.join(tensors, '..', 'arrays', 'stored.npz'));
    assert.equal(await scratch.read(await scratch.write('arrays.pt', npz)), undefined);
  });

  it('would run a program when loaded by Python: here it only names it', async () => {
    const marker = scratch.path('pwned');
    for (const pickle of [
      `cos\nsystem\n(S"touch ${marker}"\ntR.`,
      `\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c${String.fromCharCode(marker.length + 6)}touch ${marker}\x85R.`,
      `cbuiltins\neval\n(S"__import__('os').system('touch ${marker}')"\ntR.`,
    ]) {
      const fault = await scratch.faultOf('evil.pt', torchZip(pickle));
      assert.equal(fault.code, 'E_PICKLE');
      assert.match(fault.message, /(os|posix)\.system|builtins\.eval/);
    }
    assert.equal(existsSync(marker), false);
    const both = `}(${text('w')}${tensor('0', 6, 0, [2, 3], [3, 1])}${text('x')}cos\nsystem\n(S"id"\ntRu.`;
    const file = await openArrays(await scratch.write('both.pt', torchZip(both)));
    assert.deepEqual([file.arrays.map(({ name }) => name), file.skipped.map(({ name }) => name)], [['w'], ['x']]);
    await file.close();
  });

  it('has storages that lie, or lead elsewhere', async () => {
    for (const [pickle, code] of [
      [tensor('0', 6, 0, [2, 3], [3, 1]), undefined],
      [tensor('0', 6, 1, [2, 3], [3, 1]), 'E_TRUNCATED'],
      [tensor('0', 6, 0, [3, 3], [3, 1]), 'E_TRUNCATED'],
      [tensor('0', 1e12, 0, [1e9, 1000], [1000, 1]), 'E_TRUNCATED'],
      [tensor('0', 5, 0, [2, 3], [3, 1]), 'E_TRUNCATED'],
      [tensor('0', 6, 0, [2, 3], [1, 1000]), 'E_TRUNCATED'],
      [tensor('0', 6, 0, [2, 3], [-3, 1]), 'E_DAMAGED'],
      [tensor('0', 6, 0, [2, 3], [3]), 'E_DAMAGED'],
      [tensor('0', 6, 0, [2 ** 53, 2 ** 53], [0, 0]), 'E_DAMAGED'],
      [tensor('0', 6, 0, [2 ** 50, 2 ** 50], [0, 0]), 'E_PICKLE'],
      [tensor('1', 6, 0, [2, 3], [3, 1]), 'E_DAMAGED'],
      [tensor('../byteorder', 1, 0, [1], [1]), 'E_DAMAGED'],
      [tensor('/etc/passwd', 1, 0, [1], [1]), 'E_DAMAGED'],
      [`ctorch._utils\n_rebuild_tensor_v2\n(K\x01${int(0)}))\x89NtR`, 'E_DAMAGED'],
    ] as const) {
      const fault = await scratch.read(await scratch.write('lies.pt', torchZip(`${pickle}.`)));
      assert.equal(fault?.code, code, `${JSON.stringify(pickle)}: ${fault?.message}`);
    }
    const twice = torchZip(`${tensor('0', 6, 0, [6], [1])}.`, [
      ['a/data/0', Buffer.alloc(24, 1)],
      ['a/data/0', Buffer.alloc(24, 2)],
    ]);
    assert.match((await scratch.faultOf('twice.pt', twice)).message, /two entries named a\/data\/0/);
  });

  it('doubles its lists by memo: refused before it fills the memory', async () => {
    let pickle = `${tensor('0', 6, 0, [6], [1])}p0\n`;
    for (let at = 1; at < 40; at++) pickle += `](g${at - 1}\ng${at - 1}\nep${at}\n`;
    assert.equal((await scratch.faultOf('laughs.pt', torchZip(`${pickle}.`))).code, 'E_TOO_LARGE');
  });

  it('is cut off at any length: a clear fault', async () => {
    for (const name of ['views.pt', 'legacy_views.pt', 'numpy4.pt', 'legacy_protocol4.pt']) {
      const bytes = await good(name);
      for (let length = 0; length < bytes.length; length += Math.max(1, Math.floor(bytes.length / 70))) {
        const { code } = await scratch.faultOf('cut.pt', bytes.subarray(0, length));
        assert.match(code, /^E_(TRUNCATED|NOT_AN_ARRAY_FILE|DAMAGED|FORMAT)$/, `${name} cut to ${length}`);
      }
    }
  }).timeout(30_000);

  it('has one byte changed: a fault or values, never another error', async () => {
    let faults = 0;
    for (const name of ['views.pt', 'legacy_views.pt', 'numpy2.pt']) {
      const bytes = await good(name);
      for (let at = 0; at < bytes.length; at += 7) {
        const changed = Buffer.from(bytes);
        changed[at] = changed[at]! ^ 0x15;
        if (await scratch.read(await scratch.write('changed.pt', changed))) faults++;
      }
    }
    assert.ok(faults > 50, `only ${faults} faults`);
  }).timeout(30_000);
});
