/** What is wrong with a pickle, as a sentence that names its file. */
import { Fault } from '../protocol/faults';
import { PickleError } from './pickle-values';

/** Names, shapes and the NumPy arrays among them; tensors lie outside of the pickle. */
export const PICKLE_BYTES = 256 * 1024 * 1024;

/** @returns E_TRUNCATED or E_DAMAGED for a PickleError, any other error as it is */
export function pickleFault(error: unknown, base: string): unknown {
  if (!(error instanceof PickleError)) return error;
  if (error.cut) return new Fault('E_TRUNCATED', `${base} ends inside its pickle: it was cut off; save it again.`);
  return new Fault('E_DAMAGED', `${base} has a pickle that makes no sense (${error.message}): save it again.`);
}

export function pickleTooLarge(base: string, size: number): Fault {
  return new Fault(
    'E_TOO_LARGE',
    `${base} has a pickle of ${size} bytes, more than the ${PICKLE_BYTES} that are read; save its arrays as tensors.`,
  );
}
