import assert from 'node:assert/strict';
import path from 'node:path';
import { isArrayFile } from '../../../src/formats/open';
import { parseReference, relativeReference, resolveReference } from '../../../src/formats/reference';

describe('names of arrays', () => {
  it('array files are known by name', () => {
    const yes = ['a.npy', 'A.NPZ', 'b.safetensors', 'train-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte', 'c.npy.gz'];
    assert.deepEqual(yes.filter(isArrayFile), yes);
    assert.deepEqual(['a.onnx', 'b.tar.gz', 'c.mat', 'npy', 'd.json'].filter(isArrayFile), []);
  });

  it('a reference is a file and, behind #, an array', () => {
    assert.deepEqual(parseReference('train.npz#x'), { file: 'train.npz', array: 'x' });
    assert.deepEqual(parseReference('x.npy'), { file: 'x.npy' });
    assert.deepEqual(parseReference('run #3/train.npz#x'), { file: 'run #3/train.npz', array: 'x' });
    assert.deepEqual(parseReference('run #3/x.npy'), { file: 'run #3/x.npy' });
    assert.deepEqual(parseReference('my#x.npy'), { file: 'my#x.npy' });
    assert.deepEqual(parseReference('a.safetensors#block/0#relu'), { file: 'a.safetensors', array: 'block/0#relu' });
    assert.deepEqual(parseReference('data#x'), { file: 'data', array: 'x' });
    assert.deepEqual(parseReference('a.npz#'), { file: 'a.npz' });
  });

  it('goes from relative to absolute and back', () => {
    const folder = path.resolve('/runs/losses/ce');
    const absolute = resolveReference(folder, '../train.npz#x');
    assert.equal(absolute, `${path.resolve('/runs/losses/train.npz')}#x`);
    assert.equal(relativeReference(folder, absolute), '../train.npz#x');
  });
});
