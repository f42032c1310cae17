/** Reports reach the disk whole or not at all. */
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../protocol/faults';
import type { Report } from '../protocol/report';

/** @throws Fault E_WRITE; an existing file is then left as it was */
export async function writeReport(file: string, report: Report): Promise<void> {
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.tmp`);
  try {
    await writeFile(temporary, `${JSON.stringify(report, null, 2)}\n`);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    const code = (error as NodeJS.ErrnoException).code ?? 'an unknown error';
    throw new Fault('E_WRITE', `The report could not be written to ${file} (${code}); choose another place.`);
  }
}
