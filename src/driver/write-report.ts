/** Writing a report where the person wants it. */
import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import { writeWhole } from '../files/write-whole';
import { Fault } from '../protocol/faults';
import type { Report } from '../protocol/report';

/** @throws Fault E_WRITE; an existing file is then left as it was */
export async function writeReport(file: string, report: Report): Promise<void> {
  try {
    await writeWhole(file, `${JSON.stringify(report, null, 2)}\n`);
  } catch (error) {
    throw notWritable(file, error);
  }
}

/** Says before an hour of measuring that the report will have no place. @throws Fault E_WRITE */
export async function checkReportPlace(file: string): Promise<void> {
  try {
    const present = await stat(file).catch(() => undefined);
    if (present?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    await access(present ? file : path.dirname(file), constants.W_OK);
  } catch (error) {
    throw notWritable(file, error);
  }
}

function notWritable(file: string, error: unknown): Fault {
  const code = (error as NodeJS.ErrnoException).code ?? 'an unknown error';
  return new Fault('E_WRITE', `The report could not be written to ${file} (${code}); choose another place.`);
}
