/** A labelled data set beside the training data, measured as that is: every layer, about its own class means. */
import type { Asked } from '../metrics/asked';
import { Fault } from '../protocol/faults';
import type { SplitReport } from '../protocol/report';
import { FeatureStore } from './feature-store';
import { featurePass, type FeatureBatch, type PassOptions } from './feature-pass';
import type { Inputs } from './inputs';
import { shareCorrect, type Facts, type LayerMeasurement } from './measurement';
import { samplesWithClass } from './sample-facts';
import { measuredOf, NOT_ITS_CLASSIFIER, splitReport } from './split-report';
import { SplitMeasurement, type SplitOptions } from './split-measurement';

export interface MeasureSplitOptions {
  which: SplitReport['split'];
  inputs: Inputs;
  asked: Asked;
  /** Over all measured layers. */
  pass: PassOptions;
  /** Of the split. */
  classes: number;
  classNames: readonly string[];
  gram: SplitOptions['gram'];
  /** What is known of a layer beside its features: classifier, training, weights. */
  factsOf: (layer: LayerMeasurement, index: number) => Facts;
  /** Whoever else looks at the features on their way. */
  beside?: Beside;
}

export interface Beside {
  first(batch: FeatureBatch): void;
  between(): void;
  second(batch: FeatureBatch): void;
}

/** @throws Fault E_NOT_FINITE, E_NO_DATA, and of running the model */
export async function measureSplit(
  options: MeasureSplitOptions,
): Promise<{ report: SplitReport; accuracy: number | undefined }> {
  const { which, inputs, asked, pass, classes, classNames, gram, beside } = options;
  const transfer = which === 'transfer';
  const measured = new SplitMeasurement(
    pass.layers.map((layer) => ({ ...layer })),
    { classes, classNames, asked, gram, facts: inputs.facts, file: pass.file, which, there: measuredOf(which) },
  );
  const store = new FeatureStore();
  let correct: number | undefined = 0;
  for await (const whole of featurePass(pass)) {
    const batch = transfer ? withoutDecisions(whole) : whole;
    measured.addFirst(batch);
    beside?.first(batch);
    correct = plus(correct, agreements(batch));
    store.add(batch);
  }
  const samples = samplesWithClass(inputs.labels);
  if (samples === 0) {
    throw new Fault('E_NO_DATA', `${pass.file}: the ${which} data has no sample with exactly one class; correct it or leave it out of neural-collapse.json.`); // prettier-ignore
  }
  measured.finishFirst();
  beside?.between();
  if (measured.needsSecondPass || beside) {
    for await (const batch of store.complete ?? featurePass(pass)) {
      await measured.addSecond(transfer ? withoutDecisions(batch) : batch);
      beside?.second(batch);
    }
  }
  const accuracy = correct === undefined ? undefined : shareCorrect(correct, samples);
  const layers = measured.finish((layer, index) => ({
    ...(transfer ? { noClassifier: NOT_ITS_CLASSIFIER } : options.factsOf(layer, index)),
    ...(accuracy === undefined ? {} : { accuracy }),
  }));
  const { labels } = inputs;
  const report = splitReport({ split: which, labels, classNames, asked, layers, warnings: measured.warnings });
  return { report, accuracy };
}

function withoutDecisions({ start, count, labels, layers }: FeatureBatch): FeatureBatch {
  return { start, count, labels, layers };
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
