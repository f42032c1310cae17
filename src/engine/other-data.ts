/** Data beside the training data: held-out samples, another data set, and samples of no class. */
import { Fault } from '../protocol/faults';
import type { SplitReport } from '../protocol/report';
import { ClassSpanScores } from '../statistics/class-span-scores';
import { analyseSpan } from '../statistics/mean-span';
import { featurePass, type FeatureBatch, type PassOptions } from './feature-pass';
import { HeldOut } from './held-out';
import type { Inputs } from './inputs';
import { measureSplit, type MeasureSplitOptions } from './measure-split';
import type { Facts, LayerMeasurement } from './measurement';
import type { Vectors } from './pooling';

export interface OtherInputs {
  test?: Inputs;
  transfer?: Inputs;
  ood?: Inputs;
}

export interface OtherOptions extends Pick<
  MeasureSplitOptions,
  'asked' | 'gram' | 'factsOf' | 'classes' | 'classNames'
> {
  /** Over all measured layers. */
  pass: (inputs: Inputs) => PassOptions;
  /** Of the transfer set. */
  transferNames: readonly string[];
}

export interface OtherData {
  /** Whether the training data's second pass is wanted here, too. */
  needsKnown: boolean;
  /** Training batches of the second pass: known samples where there is no held-out data. */
  known: (batch: FeatureBatch) => void;
  finish: () => Promise<{ facts: Pick<Facts, 'test' | 'ood'>; splits: SplitReport[] }>;
}

/** @param last the penultimate layer of the training data, its first pass finished */
export function measureOther(last: LayerMeasurement, inputs: OtherInputs, options: OtherOptions): OtherData {
  const { asked, pass, transferNames } = options;
  const { test, transfer } = inputs;
  const { statistics } = last;
  const ood = asked.needs('ood', 'penultimate') ? inputs.ood : undefined;
  const scores = ood && statistics ? new ClassSpanScores(statistics, analyseSpan(statistics)) : undefined;
  const addKnown = (batch: FeatureBatch): void => {
    const features = batch.layers.at(-1);
    if (features) scores?.addKnown(features.values, batch.count);
  };
  return {
    needsKnown: scores !== undefined && !test,
    known: (batch) => {
      if (!test) addKnown(batch);
    },
    finish: async () => {
      const facts: Pick<Facts, 'test' | 'ood'> = {};
      const splits: SplitReport[] = [];
      if (test && statistics) {
        const heldOut = asked.needs('test', 'penultimate') ? new HeldOut(statistics) : undefined;
        const { report, accuracy } = await measureSplit({
          ...options,
          which: 'test',
          inputs: test,
          pass: pass(test),
          beside: {
            first: (batch) => {
              addKnown(batch);
              heldOut?.addFirst({ ...batch, ...batch.layers.at(-1)! });
            },
            between: () => heldOut?.finishFirst(),
            second: (batch) => heldOut?.addSecond({ ...batch, ...batch.layers.at(-1)! }),
          },
        });
        splits.push(report);
        if (heldOut) facts.test = heldOut.finish(accuracy);
      }
      if (transfer) {
        const classes = transferNames.length;
        const { report } = await measureSplit({
          ...options,
          which: 'transfer',
          inputs: transfer,
          pass: pass(transfer),
          classes,
          classNames: transferNames,
        });
        splits.push(report);
      }
      if (ood && scores) facts.ood = await unknown(scores, pass(ood));
      return { facts, splits };
    },
  };
}

async function unknown(scores: ClassSpanScores, options: PassOptions): Promise<NonNullable<Facts['ood']>> {
  for await (const batch of featurePass({ ...options, layers: options.layers.slice(-1) })) {
    const [features] = batch.layers;
    if (!features) continue;
    requireFinite(features, batch, options.file);
    scores.addUnknown(features.values, batch.count);
  }
  return scores.finish();
}

function requireFinite({ values, dimension }: Vectors, batch: FeatureBatch, file: string): void {
  for (let i = 0; i < batch.count * dimension; i++) {
    if (!Number.isFinite(values[i])) {
      throw new Fault(
        'E_NOT_FINITE',
        `${file}: the penultimate features are not finite (NaN or infinity) for out-of-distribution sample ${batch.start + Math.floor(i / dimension)}; correct that data or leave it out of neural-collapse.json.`,
      );
    }
  }
}
