/** A whole plan, checkpoint by checkpoint: one that fails is listed with its reason and the others go on. */
import { setImmediate } from 'node:timers/promises';
import type {
  CheckpointNotice,
  FailedNotice,
  MeasureOutcome,
  MeasureProgress,
  MeasureRequest,
  Plan,
  PlannedCheckpoint,
  ProviderState,
} from '../protocol/engine';
import { asFault, Fault } from '../protocol/faults';
import { Asked } from '../metrics/asked';
import type { DriftState } from '../metrics/drift';
import { EarlierState } from './earlier-state';
import { Gram } from './gram';
import { Inputs } from './inputs';
import { measureActivations } from './measure-activations';
import { measureCheckpoint, type MeasuredCheckpoint } from './measure-checkpoint';
import { chooseProvider } from './providers';

/** As fast as larger batches on a CPU, in less memory. */
const DEFAULT_BATCH = 64;
/** Progress is told at most so often (milliseconds). */
const PROGRESS_INTERVAL = 50;

export interface RunListener {
  progress(progress: MeasureProgress): void;
  checkpoint(notice: CheckpointNotice): void;
  failed(notice: FailedNotice): void;
  provider(state: ProviderState): void;
}

export class Cancelled extends Error {}

/**
 * @param isCancelled asked before every batch
 * @param earlier the state that an earlier request ended with
 * @throws Fault where nothing can be measured at all (no data, no such provider); Cancelled
 */
export async function measureRun(
  request: MeasureRequest,
  listener: RunListener,
  isCancelled: () => boolean,
  earlier: EarlierState = new EarlierState(),
): Promise<MeasureOutcome> {
  const { plan, maxSamples } = request;
  const outcome: MeasureOutcome = { measured: 0, failed: 0 };
  const asked = Asked.of(plan.metrics);
  const open: Inputs[] = [];
  const gram = await Gram.open();
  let previous: DriftState | undefined;
  try {
    const prepared = plan.run.kind === 'activations' ? undefined : await prepare(request, listener, open);
    const measure = (
      planned: PlannedCheckpoint,
      by: Plan,
      before: DriftState | undefined,
      onBatch: (batch: number, batches: number) => Promise<void>,
    ): Promise<MeasuredCheckpoint> => {
      const shared = { plan: by, asked, gram, onBatch, ...(before ? { previous: before } : {}) };
      return prepared
        ? measureCheckpoint(planned, { ...shared, ...prepared, batchSize: request.batch ?? DEFAULT_BATCH })
        : measureActivations(planned, { ...shared, ...(maxSamples === undefined ? {} : { maxSamples }) });
    };
    if (request.after) {
      const { after } = request;
      previous = await earlier.of(request, after);
      // Only the penultimate layer and the classifier: nothing else is compared.
      previous ??= await measure(after, { ...plan, layers: 'penultimate' }, undefined, () => turn(isCancelled)).then(
        ({ state }) => state,
        (error: unknown) => {
          if (error instanceof Cancelled) throw error;
          return undefined;
        },
      );
    }
    for (const [index, planned] of plan.checkpoints.entries()) {
      let told = 0;
      const onBatch = async (batch: number, batches: number): Promise<void> => {
        await turn(isCancelled);
        const now = performance.now();
        if (now - told < PROGRESS_INTERVAL && batch < batches) return;
        told = now;
        listener.progress({
          checkpoint: index,
          checkpoints: plan.checkpoints.length,
          path: planned.path,
          batch,
          batches,
        });
      };
      await turn(isCancelled);
      listener.progress({
        checkpoint: index,
        checkpoints: plan.checkpoints.length,
        path: planned.path,
        batch: 0,
        batches: 1,
      });
      try {
        if (planned.fault) throw new Fault(planned.fault.code, planned.fault.message);
        const { report, state } = await measure(planned, plan, previous, onBatch);
        previous = state;
        await earlier.keep(request, planned, state);
        outcome.measured++;
        listener.checkpoint({ index, report });
      } catch (error) {
        if (error instanceof Cancelled) throw error;
        const fault = asFault(error, `${planned.path} could not be measured`);
        outcome.failed++;
        listener.failed({
          index,
          failed: { path: planned.path, code: fault.code, message: fault.message },
          ...(fault.details === undefined ? {} : { details: fault.details }),
        });
      }
    }
    return outcome;
  } finally {
    for (const inputs of open) await inputs.close();
    await gram.close();
  }
}

/** Inference blocks this thread; a turn of the event loop lets a cancellation in. @throws Cancelled */
async function turn(isCancelled: () => boolean): Promise<void> {
  await setImmediate();
  if (isCancelled()) throw new Cancelled();
}

async function prepare(request: MeasureRequest, listener: RunListener, open: Inputs[]) {
  const { plan, maxSamples } = request;
  if (!plan.train)
    throw new Fault(
      'E_NO_DATA',
      `${plan.run.path}: there is no training data to measure on; name it in neural-collapse.json.`,
    );
  const state = await chooseProvider(request.provider);
  listener.provider(state);
  const train = await Inputs.open(plan.train, plan.preprocess, plan.run, maxSamples);
  open.push(train);
  const test = plan.test && (await Inputs.open(plan.test, plan.preprocess, plan.run, maxSamples));
  if (test) open.push(test);
  const ood = plan.ood && (await Inputs.unlabelled(plan.ood, plan.preprocess, maxSamples));
  if (ood) open.push(ood);
  const transfer =
    plan.transfer &&
    (await Inputs.open(plan.transfer, plan.preprocess, { classes: plan.transfer.classNames.length, classNames: plan.transfer.classNames }, maxSamples)); // prettier-ignore
  if (transfer) open.push(transfer);
  return {
    train,
    ...(test ? { test } : {}),
    ...(transfer ? { transfer } : {}),
    ...(ood ? { ood } : {}),
    provider: state.name,
  };
}
