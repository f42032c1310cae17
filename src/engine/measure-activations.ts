/** Saved activations: the same statistics and metrics, read from files instead of computed by a model. */
import type { Asked } from '../metrics/asked';
import { drift, type DriftState } from '../metrics/drift';
import { measureAcross } from '../metrics/registry';
import { Fault } from '../protocol/faults';
import type { ArrayReference, Plan, PlannedActivations, PlannedCheckpoint } from '../protocol/engine';
import type { SplitReport } from '../protocol/report';
import { ClassSpanScores } from '../statistics/class-span-scores';
import type { ClassStatistics } from '../statistics/class-statistics';
import { analyseSpan } from '../statistics/mean-span';
import { nameOf, readClassifier } from './activation-classifier';
import { blocksOf, dimensionOf, openSource, pooled } from './activation-source';
import { checkpointReport } from './checkpoint-report';
import type { Gram } from './gram';
import { HeldOut } from './held-out';
import { minorityOf, trainingOf, type MeasuredCheckpoint } from './measure-checkpoint';
import { measureSaved, passesOf, type MeasuredSaved, type MeasureSavedOptions } from './measure-saved';
import type { Facts, LayerMeasurement } from './measurement';
import { SavedFeatures, type SavedReferences } from './saved-features';
import { measuredOf, NOT_ITS_CLASSIFIER, splitReport } from './split-report';

export interface ActivationsContext {
  plan: Plan;
  asked: Asked;
  gram: Gram;
  /** Of the epoch before. */
  previous?: DriftState;
  maxSamples?: number;
  onBatch: (batch: number, batches: number) => Promise<void>;
}

/** @throws Fault that names the file, the cause and what to do */
export async function measureActivations(
  planned: PlannedCheckpoint,
  context: ActivationsContext,
): Promise<MeasuredCheckpoint> {
  const started = performance.now();
  const { plan, asked } = context;
  const { activations } = planned;
  if (!activations) throw new Fault('E_NO_DATA', `${planned.path}: no activations were found in it.`);
  const open: SavedFeatures[] = [];
  try {
    const { train, test, transfer, expect } = await openAll(planned.path, activations, context, open);
    const { classes, classNames } = plan.run;
    const classifier =
      activations.weight === undefined
        ? undefined
        : await readClassifier(activations.weight, activations.bias, classes, dimensionOf(train.last));
    const options: MeasureSavedOptions = {
      classes,
      classNames,
      asked,
      gram: (values, count, d) => context.gram.of(values, count, d),
      prefix: activations.prefix,
    };
    const decided: MeasureSavedOptions = { ...options, ...(classifier ? { classifier } : {}) };
    expect(decided);
    const training = trainingOf(plan, planned);
    const facts: Facts = {
      ...(classifier ? { classifier } : { noClassifier: 'no classifier weights were saved with the activations' }),
      network: { unknown: 'saved activations do not tell the weights of the network' },
      training,
    };
    const own = classifier && { next: { rows: classes, weight: classifier.weight } };
    const factsOf = ({ layer }: LayerMeasurement): Facts => ({
      ...facts,
      ...(layer.role === 'penultimate' ? own : {}),
    });

    const measured = await measureSaved(train, decided);
    const top = measured.layers.at(-1);
    const splits: SplitReport[] = [];
    let held: Facts['test'];
    if (test) {
      const against = top?.statistics && asked.needs('test', 'penultimate') ? new HeldOut(top.statistics) : undefined;
      const there = measuredOf('test');
      const other = await measureSaved(test, { ...decided, there, ...(against ? { heldOut: against } : {}) });
      const ofSplit = top?.statistics ? { ...training, ...minorityOf(top.statistics, training) } : training;
      splits.push(reportOf('test', test, other, options, (layer) => ({ ...factsOf(layer), training: ofSplit })));
      held = against?.finish(other.accuracy);
    }
    if (transfer && activations.transfer) {
      const names = activations.transfer.classNames;
      const alone = { ...options, classes: names.length, classNames: names, there: measuredOf('transfer') };
      const other = await measureSaved(transfer, alone);
      splits.push(reportOf('transfer', transfer, other, alone, () => ({ noClassifier: NOT_ITS_CLASSIFIER })));
    }
    const unknown =
      activations.ood !== undefined && top?.statistics && asked.needs('ood', 'penultimate')
        ? await unknownSamples(top.statistics, activations.ood, test ?? train, plan.pooling)
        : undefined;
    const reports = measured.layers.map((layer, index) =>
      layer.finish(index + 1, {
        ...factsOf(layer),
        ...(unknown ? { ood: unknown } : {}),
        ...(measured.accuracy === undefined ? {} : { accuracy: measured.accuracy }),
        ...(held ? { test: held } : {}),
      }),
    );
    const state = top?.driftState(classifier?.weight);
    const report = checkpointReport(planned, {
      plan,
      labels: train.facts.labels,
      provider: 'none',
      started,
      layers: reports,
      ...(classifier ? { weight: classifier.weight } : {}),
      asked,
      across: measureAcross(reports, (metric) => asked.computes(metric)),
      ...(state ? { drift: drift(context.previous, state, training.tasks) } : {}),
      splits,
      ...(activations.weight === undefined
        ? {}
        : {
            classifier: {
              weight: nameOf(activations.weight),
              ...(activations.bias === undefined ? {} : { bias: nameOf(activations.bias) }),
            },
          }),
      ...(top?.geometry ? { geometry: top.geometry } : {}),
      warnings: [...plan.warnings, ...measured.layers.flatMap((layer) => layer.warnings)],
    });
    return { report, ...(state ? { state } : {}) };
  } finally {
    for (const saved of open) await saved.close();
  }
}

/** Training data and what is beside it; `expect` tells how much reading there will be. */
async function openAll(
  shown: string,
  activations: PlannedActivations,
  { plan, maxSamples, onBatch }: ActivationsContext,
  open: SavedFeatures[],
) {
  let done = 0;
  let total = 1;
  const add = async (references: SavedReferences, run: Pick<Plan['run'], 'classes' | 'classNames'>) => {
    const saved = await SavedFeatures.open(references, run, plan.pooling, {
      shown,
      ...(maxSamples === undefined ? {} : { maxSamples }),
      onBlock: async () => onBatch(Math.min(++done, total), total),
    });
    open.push(saved);
    return saved;
  };
  const train = await add(activations, plan.run);
  const test = activations.test && (await add(activations.test, plan.run));
  const names = activations.transfer?.classNames ?? [];
  const transfer =
    activations.transfer && (await add(activations.transfer, { classes: names.length, classNames: names }));
  const expect = ({ classifier, ...rest }: MeasureSavedOptions): void => {
    total = open.reduce((sum, saved) => {
      // Nothing decides between the classes of a transfer set.
      const own = saved === transfer || !classifier ? rest : { ...rest, classifier };
      return sum + passesOf(own, saved.sources.length) * saved.blocks;
    }, 0);
  };
  return { train, test, transfer, expect };
}

function reportOf(
  split: SplitReport['split'],
  saved: SavedFeatures,
  { layers, accuracy }: MeasuredSaved,
  { classNames, asked }: MeasureSavedOptions,
  factsOf: (layer: LayerMeasurement) => Facts,
): SplitReport {
  const reports = layers.map((layer, index) =>
    layer.finish(index + 1, { ...factsOf(layer), ...(accuracy === undefined ? {} : { accuracy }) }),
  );
  const warnings = layers.flatMap((layer) => layer.warnings);
  return splitReport({ split, labels: saved.facts.labels, classNames, asked, layers: reports, warnings });
}

/** Samples of no class against the span of the class means; known samples are held-out ones where there are any. */
async function unknownSamples(
  training: ClassStatistics,
  reference: ArrayReference,
  known: SavedFeatures,
  pooling: Plan['pooling'],
): Promise<NonNullable<Facts['ood']>> {
  const scores = new ClassSpanScores(training, analyseSpan(training));
  for await (const { count, values } of known.read(known.last)) scores.addKnown(values, count);
  const source = await openSource(reference, pooling);
  try {
    for await (const raw of blocksOf(source)) {
      const { start, count, values } = pooled(raw, source);
      for (let i = 0; i < count * training.dimension; i++) {
        if (Number.isFinite(values[i])) continue;
        throw new Fault(
          'E_NOT_FINITE',
          `${nameOf(reference)} is not finite (NaN or infinity) for sample ${start + Math.floor(i / training.dimension)}; save it again or leave it out of neural-collapse.json.`,
        );
      }
      scores.addUnknown(values, count);
    }
  } finally {
    await source.file.close();
  }
  return scores.finish();
}
