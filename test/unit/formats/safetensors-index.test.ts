import assert from 'node:assert/strict';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { openArrays } from '../../../src/formats/open';
import { sameAsProduced, Scratch, tensors } from './tensor-files';

const scratch = new Scratch();
const NAME = 'model.safetensors.index.json';
const SHARDS = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'] as const;

describe('safetensors in several files', () => {
  beforeEach(async () => {
    await scratch.make();
    for (const name of SHARDS) await scratch.write(name, await readFile(path.join(tensors, name)));
  });
  afterEach(() => scratch.remove());

  const index = (map: unknown): string => JSON.stringify({ metadata: { total_size: 1 }, weight_map: map });

  it('opens as one, as the hub wrote it', () => sameAsProduced(NAME));

  it('takes from a shard only what the index says', async () => {
    const file = await openArrays(await scratch.write(NAME, index({ 'a.bias': SHARDS[1] })));
    assert.deepEqual(
      file.arrays.map(({ name }) => name),
      ['a.bias'],
    );
    await file.close();
  });

  it('names files that are not beside it: not read', async () => {
    await mkdir(scratch.path('inner'));
    const bytes = await readFile(path.join(tensors, SHARDS[1]));
    await writeFile(scratch.path('inner/x.safetensors'), bytes);
    await symlink(scratch.path('inner/x.safetensors'), scratch.path('link.safetensors'));
    for (const shard of [
      '../x.safetensors',
      '..',
      '.',
      '',
      '/etc/passwd',
      'inner/x.safetensors',
      './inner/../inner/x.safetensors',
      'inner\\x.safetensors',
      'C:x.safetensors',
      'link.safetensors',
      'a\0b',
    ]) {
      const fault = await scratch.faultOf(NAME, index({ 'a.bias': shard }));
      assert.equal(fault.code, 'E_OUTSIDE', shard);
    }
  });

  it('may lie in a cache of links, beside each other there', async () => {
    await mkdir(scratch.path('blobs'));
    await mkdir(scratch.path('snapshot'));
    const blobs = {
      [NAME]: index({ 'a.bias': SHARDS[1] }),
      [SHARDS[1]]: await readFile(path.join(tensors, SHARDS[1])),
    };
    for (const [name, bytes] of Object.entries(blobs)) {
      await writeFile(scratch.path(`blobs/${name}.blob`), bytes);
      await symlink(`../blobs/${name}.blob`, scratch.path(`snapshot/${name}`));
    }
    const file = await openArrays(scratch.path(`snapshot/${NAME}`));
    assert.equal(file.arrays.length, 1);
    await file.close();
  });

  it('lacks a shard, or a tensor in it, or makes no sense', async () => {
    const missing = await scratch.faultOf(NAME, index({ a: 'model-00003.safetensors' }));
    assert.equal(missing.code, 'E_NOT_FOUND');
    assert.match(missing.message, /model-00003\.safetensors, which is not there/);
    const lacking = await scratch.faultOf(NAME, index({ 'b.bias': SHARDS[1] }));
    assert.equal(lacking.code, 'E_DAMAGED');
    assert.match(lacking.message, /model-00002-of-00002\.safetensors holds no b\.bias/);
    for (const text of [
      '{',
      '[]',
      'null',
      '{}',
      index(undefined),
      index([]),
      index({}),
      index({ a: 1 }),
      index({ a: null }),
      `{"weight_map": {"a.bias": "${SHARDS[1]}", "a.bias": "${SHARDS[0]}"}}`,
      index(Object.fromEntries(Array.from({ length: 2000 }, (_, at) => [`t${at}`, `f${at}.safetensors`]))),
    ]) {
      assert.match((await scratch.faultOf(NAME, text)).code, /^E_(DAMAGED|TOO_LARGE)$/, text.slice(0, 80));
    }
    assert.equal((await scratch.faultOf(NAME, '')).code, 'E_TRUNCATED');
    await scratch.write(SHARDS[1], 'short');
    const cut = await scratch.read(await scratch.write(NAME, index({ 'a.bias': SHARDS[1] })));
    assert.equal(cut?.code, 'E_TRUNCATED');
    await scratch.write(SHARDS[1], 'this is no safetensors file');
    assert.equal((await scratch.read(scratch.path(NAME)))?.code, 'E_DAMAGED');
    const proto = `{"weight_map": {"__proto__": "${SHARDS[0]}"}}`;
    assert.match((await scratch.faultOf(NAME, proto)).message, /holds no __proto__/);
  });
});
