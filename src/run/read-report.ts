/** A report from a file: one that was exported, or written by the command line. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import Ajv from 'ajv';
import schema from '../../media/schemas/report.schema.json';
import { Fault } from '../protocol/faults';
import { REPORT_SCHEMA, type Report } from '../protocol/report';

const validate = new Ajv({ strict: false }).compile<Report>(schema);

/** @throws Fault E_NOT_READABLE, E_REPORT */
export async function readReport(file: string): Promise<Report> {
  const name = path.basename(file);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'an unknown error';
    throw new Fault('E_NOT_READABLE', `${name} cannot be read (${code}); check the path.`, file);
  }
  return parseReport(text, name);
}

/** @throws Fault E_REPORT */
export function parseReport(text: string, name: string): Report {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Fault('E_REPORT', `${name} is not JSON; choose a report that was exported from the collapse panel.`);
  }
  const found = (value as { schema?: unknown } | null)?.schema;
  if (found !== REPORT_SCHEMA) {
    const what = typeof found === 'string' ? `has the schema ${found.slice(0, 80)}` : 'is not a collapse report';
    throw new Fault('E_REPORT', `${name} ${what}; choose a file of the schema ${REPORT_SCHEMA}.`);
  }
  if (!validate(value)) {
    const [first] = validate.errors ?? [];
    const where = first?.instancePath ? `${first.instancePath.slice(1)} ` : '';
    throw new Fault('E_REPORT', `${name}: ${where}${first?.message ?? 'is damaged'}; export the report again.`);
  }
  return value;
}
