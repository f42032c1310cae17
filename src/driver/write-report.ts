/** Writing a report where the person wants it. */
import { access, constants, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { encodeReport, type ExportFormat } from '../exports/formats';
import { EVENT_FILE_MARK } from '../exports/tensorboard';
import { writeWhole } from '../files/write-whole';
import { Fault } from '../protocol/faults';
import type { Report } from '../protocol/report';

/** The built page, which the HTML export carries with it: beside the programs in `dist`. */
const PAGE = path.join(__dirname, 'webview');

/**
 * @param page folder of the built page
 * @throws Fault E_WRITE; an existing file is then left as it was
 */
export async function writeReport(
  file: string,
  report: Report,
  format: ExportFormat = 'json',
  page = PAGE,
): Promise<void> {
  try {
    await writeWhole(file, await encodeReport(report, format, page));
  } catch (error) {
    throw notWritable(file, error);
  }
}

/** Where TensorBoard will find its events: a new file of its naming in a folder, or the file named. */
export async function eventFile(target: string): Promise<string> {
  const folder = await stat(target).then(
    (present) => present.isDirectory(),
    () => !path.basename(target).includes(EVENT_FILE_MARK),
  );
  if (!folder) return target;
  await mkdir(target, { recursive: true }).catch((error: unknown) => {
    throw notWritable(target, error);
  });
  return path.join(target, `events.out.${EVENT_FILE_MARK}.${Math.floor(Date.now() / 1000)}.neural-collapse`);
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
