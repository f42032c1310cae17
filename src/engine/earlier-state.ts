/** The state that drift is counted from, kept from one request to the next: a run that is watched grows by single checkpoints. */
import { stat } from 'node:fs/promises';
import type { DriftState } from '../metrics/drift';
import type { MeasureRequest, PlannedCheckpoint } from '../protocol/engine';

export class EarlierState {
  private key: string | undefined;
  private state: DriftState | undefined;

  /** Keeps the state of the checkpoint measured last; one is enough, since runs grow at their end. */
  async keep(request: MeasureRequest, checkpoint: PlannedCheckpoint, state: DriftState | undefined): Promise<void> {
    this.key = state && (await keyOf(request, checkpoint));
    this.state = this.key === undefined ? undefined : state;
  }

  /** Undefined where another checkpoint was measured last, or the file, its data or the model's parts have changed since. */
  async of(request: MeasureRequest, checkpoint: PlannedCheckpoint): Promise<DriftState | undefined> {
    return this.key !== undefined && this.key === (await keyOf(request, checkpoint)) ? this.state : undefined;
  }
}

async function keyOf({ plan, maxSamples }: MeasureRequest, checkpoint: PlannedCheckpoint): Promise<string | undefined> {
  const facts = await stat(checkpoint.file).catch(() => undefined);
  if (!facts) return undefined;
  const { run, train, model, preprocess, pooling } = plan;
  const { size, mtimeMs } = facts;
  return JSON.stringify([checkpoint, size, mtimeMs, run.classes, train, model, preprocess, pooling, maxSamples]);
}
