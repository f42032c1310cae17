/** Data beside the training data: held-out samples, and samples of no class. */
import { Fault } from '../protocol/faults';
import { ClassSpanScores } from '../statistics/class-span-scores';
import { analyseSpan } from '../statistics/mean-span';
import { FeatureStore } from './feature-store';
import { featurePass, type FeatureBatch, type PassOptions } from './feature-pass';
import { HeldOut } from './held-out';
import type { Inputs } from './inputs';
import { shareCorrect, type Facts, type LayerMeasurement } from './measurement';
import type { Vectors } from './pooling';
import { samplesWithClass } from './sample-facts';

export interface OtherData {
  /** Training batches of the second pass: known samples where there is no held-out data. */
  known: (batch: FeatureBatch) => void;
  finish: () => Promise<Pick<Facts, 'test' | 'ood'>>;
}

/**
 * @param last the penultimate layer of the training data, its first pass finished
 * @param pass over the penultimate layer alone
 */
export function measureOther(
  last: LayerMeasurement,
  { test, ood }: { test?: Inputs; ood?: Inputs },
  pass: (inputs: Inputs) => PassOptions,
): OtherData {
  const { statistics } = last;
  const scores = ood && statistics ? new ClassSpanScores(statistics, analyseSpan(statistics)) : undefined;
  return {
    known: (batch) => {
      const features = batch.layers.at(-1);
      if (scores && !test && features) scores.addKnown(features.values, batch.count);
    },
    finish: async () => ({
      ...(test && statistics ? { test: await heldOut(new HeldOut(statistics), pass(test), scores) } : {}),
      ...(ood && scores ? { ood: await unknown(scores, pass(ood)) } : {}),
    }),
  };
}

async function heldOut(
  measured: HeldOut,
  options: PassOptions,
  scores: ClassSpanScores | undefined,
): Promise<NonNullable<Facts['test']>> {
  const store = new FeatureStore();
  let correct: number | undefined = 0;
  for await (const batch of featurePass(options)) {
    const [features] = batch.layers;
    if (!features) continue;
    requireFinite(features, batch, 'test', options.file);
    measured.addFirst({ ...batch, ...features });
    scores?.addKnown(features.values, batch.count);
    correct = plus(correct, agreements(batch));
    store.add(batch);
  }
  measured.finishFirst();
  for await (const batch of store.complete ?? featurePass(options)) {
    const [features] = batch.layers;
    if (features) measured.addSecond({ ...batch, ...features });
  }
  const samples = samplesWithClass(options.inputs.labels);
  return measured.finish(correct === undefined ? undefined : shareCorrect(correct, samples));
}

async function unknown(scores: ClassSpanScores, options: PassOptions): Promise<NonNullable<Facts['ood']>> {
  for await (const batch of featurePass(options)) {
    const [features] = batch.layers;
    if (!features) continue;
    requireFinite(features, batch, 'out-of-distribution', options.file);
    scores.addUnknown(features.values, batch.count);
  }
  return scores.finish();
}

function requireFinite({ values, dimension }: Vectors, batch: FeatureBatch, which: string, file: string): void {
  for (let i = 0; i < batch.count * dimension; i++) {
    if (!Number.isFinite(values[i])) {
      throw new Fault(
        'E_NOT_FINITE',
        `${file}: the penultimate features are not finite (NaN or infinity) for ${which} sample ${batch.start + Math.floor(i / dimension)}; correct that data or leave it out of neural-collapse.json.`,
      );
    }
  }
}

/** Rows where the network's class is the label; undefined where the network names none. */
export function agreements({ networkArgmax, labels, count }: FeatureBatch): number | undefined {
  if (!networkArgmax) return undefined;
  let same = 0;
  for (let row = 0; row < count; row++) if (networkArgmax[row] === labels[row]) same++;
  return same;
}

export function plus(sum: number | undefined, more: number | undefined): number | undefined {
  return sum === undefined || more === undefined ? undefined : sum + more;
}
