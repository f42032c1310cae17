import assert from 'node:assert/strict';
import path from 'node:path';
import { collect } from '../../../src/formats/collect';
import { openArrays } from '../../../src/formats/open';
import { producedFiles, sameAsProduced, Scratch, tensors } from './tensor-files';

const scratch = new Scratch();

function file(header: string, bytes = 16): Buffer {
  const text = Buffer.from(header);
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([size, text, Buffer.alloc(bytes, 0x40)]);
}

const entry = (name: string, shape: number[], from: number, to: number): string =>
  `"${name}":${JSON.stringify({ dtype: 'F32', shape, data_offsets: [from, to] })}`;

describe('safetensors headers', () => {
  before(() => scratch.make());
  after(() => scratch.remove());

  for (const name of producedFiles(/\.safetensors$/))
    it(`${name} as its producer wrote it`, () => sameAsProduced(name));

  it('says why an element type is not read', async () => {
    const opened = await openArrays(path.join(tensors, 'unread.safetensors'));
    await opened.close();
    const [complex, four] = opened.skipped.map(({ reason }) => reason);
    assert.match(complex ?? '', /complex numbers \(C64\).*view_as_real/);
    assert.match(four ?? '', /less than a byte \(F4\)/);
  });

  it('tensors that share bytes, repeat a name, or fill their place by half are damage', async () => {
    for (const [header, message] of [
      [`{${entry('a', [2], 0, 8)},${entry('b', [2], 4, 12)}}`, /a and b lie in the same bytes/],
      [`{${entry('b', [4], 0, 16)},${entry('a', [1], 8, 12)}}`, /b and a lie in the same bytes/],
      [`{${entry('a', [2], 0, 8)},${entry('a', [2], 8, 16)}}`, /names a twice/],
      [`{"a":{"dtype":"F32","shape":[2],"shape":[1],"data_offsets":[0,4]}}`, /names shape twice/],
      [`{${entry('a', [2], 0, 16)}}`, /larger than its shape/],
      [`{${entry('a', [2], 8, 0)}}`, /makes no sense/],
      [`{${entry('a', [-2], 0, 8)}}`, /makes no sense/],
      [`{${entry('a', [0.5], 0, 2)}}`, /makes no sense/],
      ['{"a":null}', /makes no sense/],
      ['{"a":7}', /makes no sense/],
      ['[]', /not a JSON object/],
    ] as const) {
      const fault = await scratch.faultOf('a.safetensors', file(header));
      assert.equal(fault.code, 'E_DAMAGED', header);
      assert.match(fault.message, message);
    }
    const outside = await scratch.faultOf('a.safetensors', file(`{${entry('a', [4], 8, 24)}}`));
    assert.equal(outside.code, 'E_TRUNCATED');
  });

  it('a tensor named __proto__ is a tensor; empty tensors share places', async () => {
    const header = `{${entry('__proto__', [2], 0, 8)},${entry('none', [0, 4], 8, 8)},${entry('b', [2], 8, 16)}}`;
    const opened = await openArrays(await scratch.write('p.safetensors', file(header)));
    assert.deepEqual(
      opened.arrays.map(({ name }) => name),
      ['__proto__', 'none', 'b'],
    );
    assert.deepEqual([...(await collect(opened, '__proto__', 'float32'))], [3.0039215087890625, 3.0039215087890625]);
    await opened.close();
    assert.equal(({} as Record<string, unknown>).dtype, undefined);
  });
});
