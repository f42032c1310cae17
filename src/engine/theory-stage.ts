/** Where an experiment runs in the engine: progress goes out, a cancellation comes in. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Fault } from '../protocol/faults';
import type { ReproduceProgress } from '../protocol/theory';
import type { Stage } from '../theory/experiment';
import { IMAGES } from '../theory/images';
import { Cancelled } from './measure-run';

/** Progress is told at most so often (milliseconds); charts are larger. */
const PROGRESS_INTERVAL = 60;
const CHART_INTERVAL = 250;

export function stageFor(
  paper: string,
  tell: (progress: ReproduceProgress) => void,
  isCancelled: () => boolean,
): Stage {
  let told = -Infinity;
  let drawn = -Infinity;
  return {
    images: readImageFile,
    step: async (share, charts) => {
      // An experiment computes on this thread; a turn of the event loop lets a cancellation in.
      await setImmediate();
      if (isCancelled()) throw new Cancelled();
      const now = performance.now();
      if (now - told < PROGRESS_INTERVAL) return;
      told = now;
      const withCharts = charts !== undefined && now - drawn >= CHART_INTERVAL;
      if (withCharts) drawn = now;
      tell({ paper, share: Math.min(1, Math.max(0, share)), ...(withCharts ? { charts: charts() } : {}) });
    },
  };
}

/** Beside the bundle, as it is shipped. */
async function readImageFile(): Promise<Uint8Array> {
  const file = path.join(__dirname, '..', 'media', 'theory', IMAGES);
  try {
    return await readFile(file);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new Fault(
      'E_IMAGES',
      `${file} cannot be read (${cause}); this experiment trains on it. Reinstall the extension.`,
    );
  }
}
