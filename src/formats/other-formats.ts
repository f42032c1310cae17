/** Formats that people have and that are not read yet: recognised, so that the fault can say what to do instead. */
import { Fault } from '../protocol/faults';

const NAMES: Record<string, string> = {
  '.mat': 'MATLAB',
  '.pkl': 'pickle',
  '.pickle': 'pickle',
  '.joblib': 'pickle',
  '.txt': 'text',
  '.arrow': 'Arrow',
  '.feather': 'Arrow',
  '.zarr': 'Zarr',
  '.tfrecord': 'TFRecord',
  '.npz.gz': 'gzip-compressed .npz',
  '.safetensors.gz': 'gzip-compressed safetensors',
};

/** Ending of a name among the formats that are not read, if it is one. */
export function otherFormat(file: string): string | undefined {
  return Object.keys(NAMES).find((ending) => file.toLowerCase().endsWith(ending));
}

/** Ending of the format that the first bytes belong to, if it is one of those not read. */
export function otherFormatOf(head: Uint8Array): string | undefined {
  const text = Buffer.from(head).toString('latin1');
  if (text.startsWith('MATLAB')) return '.mat';
  if (text.startsWith('ARROW1')) return '.arrow';
  if (head[0] === 0x80 && (head[1] ?? 0) >= 2 && (head[1] ?? 0) <= 5) return '.pkl';
  return undefined;
}

export function notReadYet(base: string, ending: string): Fault {
  const how = ending.endsWith('.gz') ? 'unpack it with gunzip' : 'save the arrays with np.savez("file.npz", x=x, y=y)';
  return new Fault('E_FORMAT', `${base} is a ${NAMES[ending] ?? ending} file, which is not read yet; ${how} instead.`);
}
