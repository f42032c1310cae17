/** placeholder until the branch `tables` is merged */
import type { ArrayFile, ArrayInfo } from './array';
export function columnOf(file: ArrayFile, info: ArrayInfo, column: number): never {
  throw new Error(`${file.path} ${info.name} ${column}`);
}
