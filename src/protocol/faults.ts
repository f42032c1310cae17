/** Faults are values with a code and one sentence that names the file, the cause and what to do. */
export class Fault extends Error {
  override readonly name = 'Fault';
  /**
   * @param code stable, upper case, starts with `E_`
   * @param message one sentence for people
   * @param details for the log only
   */
  constructor(
    readonly code: string,
    message: string,
    readonly details?: string,
  ) {
    super(message);
  }
}

/** Any thrown thing as a Fault: a Fault as it is, everything else under `E_INTERNAL` with its stack as details. */
export function asFault(error: unknown, context = 'Something went wrong'): Fault {
  if (error instanceof Fault) return error;
  const text = error instanceof Error ? error.message : String(error);
  const details = error instanceof Error ? error.stack : undefined;
  return new Fault('E_INTERNAL', `${context}: ${firstLine(text)}`, details);
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
