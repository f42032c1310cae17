/** `neural-collapse reproduce`: the papers' experiments from a terminal, on the same engine. */
import path from 'node:path';
import { CancelledError, EngineClient } from './driver/engine-client';
import { asFault, Fault } from './protocol/faults';
import type { Reproduced, Settings } from './protocol/theory';
import { renderExperiments, renderReproduced } from './terminal/reproduced';

export interface ReproduceOptions {
  all?: boolean;
  list?: boolean;
  json?: boolean;
  set?: string[];
}

const EXIT = { holds: 0, nothing: 1, fails: 2, cancelled: 130 } as const;

/** @returns the exit code: 0 where every claim holds, 2 where one does not */
export async function reproduceCommand(paper: string | undefined, options: ReproduceOptions): Promise<number> {
  const engine = new EngineClient({ program: path.join(__dirname, 'engine.js'), log: () => {} });
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  try {
    const known = await engine.experiments(stop.signal);
    if (options.list) {
      process.stdout.write(options.json ? `${JSON.stringify(known, null, 2)}\n` : renderExperiments(known));
      return EXIT.holds;
    }
    if (!options.all && paper === undefined) {
      throw new Fault('E_NO_EXPERIMENT', `Name a paper, or take --all: ${known.map((one) => one.paper).join(', ')}.`);
    }
    const settings = settingsOf(options.set ?? []);
    const found: Reproduced[] = [];
    for (const key of options.all ? known.map((one) => one.paper) : [paper ?? '']) {
      const one = await engine.reproduce({ paper: key, settings }, ({ share }) => tell(key, share), stop.signal);
      tell(undefined);
      if (!options.json) process.stdout.write(renderReproduced(one));
      found.push(one);
    }
    if (options.json) process.stdout.write(`${JSON.stringify(options.all ? found : found[0], null, 2)}\n`);
    return found.every((one) => one.holds) ? EXIT.holds : EXIT.fails;
  } catch (error) {
    tell(undefined);
    if (error instanceof CancelledError) {
      process.stderr.write('Cancelled.\n');
      return EXIT.cancelled;
    }
    process.stderr.write(`${asFault(error).message}\n`);
    return EXIT.nothing;
  } finally {
    engine.dispose();
  }
}

/** `K=5` → { K: 5 }. */
function settingsOf(list: readonly string[]): Settings {
  return Object.fromEntries(
    list.map((text) => {
      const [id = '', value = ''] = text.split('=', 2);
      if (id === '' || value.trim() === '' || !Number.isFinite(Number(value))) {
        throw new Fault('E_SETTING', `--set ${text} must be a parameter and a number, as in --set K=5.`);
      }
      return [id, Number(value)];
    }),
  );
}

function tell(paper: string | undefined, share = 0): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(paper === undefined ? '\r\x1b[K' : `\r\x1b[K${paper} ${Math.round(100 * share)} %`);
}
