/** Bytes that are in memory already, as what an array is read from. */
import { truncated, type Bytes } from './bytes';

/** @param label names file and array in faults */
export function memoryBytes(bytes: Uint8Array, label: string): Bytes & Required<Pick<Bytes, 'readAt'>> {
  const readAt = async (target: Uint8Array, position: number): Promise<void> => {
    const part = bytes.subarray(position, position + target.length);
    if (part.length < target.length) throw truncated(label);
    target.set(part);
  };
  return {
    readAt,
    reader: () => {
      let position = 0;
      return {
        fill: async (target) => {
          await readAt(target, position);
          position += target.length;
        },
        finish: async () => {},
        close: async () => {},
      };
    },
  };
}
