/** Parquet's run-length and bit-packed hybrid: how levels and positions in a dictionary are written. */

/** Sixteen million entries of a dictionary; with the rest of a byte they fit a 32-bit number. */
const MOST_BITS = 24;

/**
 * Reads `count` numbers of `width` bits; never more, whatever the runs claim.
 * @param bytes the runs alone
 * @throws RangeError where there are fewer
 */
export function readHybrid(bytes: Uint8Array, width: number, count: number): Int32Array {
  const out = new Int32Array(count);
  if (width === 0) return out;
  if (width > MOST_BITS) throw new RangeError(`values of ${width} bits`);
  let at = 0;
  const next = (): number => {
    const byte = bytes[at++];
    if (byte === undefined) throw new RangeError('runs end too early');
    return byte;
  };
  for (let done = 0; done < count;) {
    const head = varint(next);
    if (head & 1) {
      // Groups of eight values, the lowest bits first.
      const end = at + (head >>> 1) * width;
      const values = Math.min(8 * (head >>> 1), count - done);
      let held = 0;
      let bits = 0;
      for (let i = 0; i < values; i++) {
        for (; bits < width; bits += 8) held |= next() << bits;
        out[done++] = held & ((1 << width) - 1);
        held >>>= width;
        bits -= width;
      }
      at = end;
    } else {
      let value = 0;
      for (let byte = 0; byte < Math.ceil(width / 8); byte++) value |= next() << (8 * byte);
      const run = Math.min(head >>> 1, count - done);
      if (run === 0) throw new RangeError('a run of nothing');
      out.fill(value, done, done + run);
      done += run;
    }
  }
  return out;
}

function varint(next: () => number): number {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = next();
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value >>> 0;
  }
  throw new RangeError('a length without end');
}
