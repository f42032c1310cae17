/** Bytes that are in memory already, as what an array is read from. */
import { seekableBytes, truncated, type SeekableBytes } from './bytes';

/** @param label names file and array in faults */
export function memoryBytes(bytes: Uint8Array, label: string): SeekableBytes {
  return seekableBytes(async (target, position) => {
    const part = bytes.subarray(position, position + target.length);
    if (part.length < target.length) throw truncated(label);
    target.set(part);
  });
}
