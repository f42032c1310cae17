/** One checkpoint: find head and layers, run the data through twice, turn statistics into metrics. */
import path from 'node:path';
import type { Asked } from '../metrics/asked';
import { drift, type DriftState } from '../metrics/drift';
import type { Classifier, TrainingFacts } from '../metrics/metric';
import { minorityClasses } from '../metrics/minority';
import { measureAcross } from '../metrics/registry';
import { Fault } from '../protocol/faults';
import type { ClassStatistics } from '../statistics/class-statistics';
import type { BlockProduct } from '../statistics/covariance-sums';
import type { Plan, PlannedCheckpoint, ProviderName } from '../protocol/engine';
import type { CheckpointReport } from '../protocol/report';
import { dropOthers } from './batch-axis';
import { checkpointReport } from './checkpoint-report';
import { FeatureStore } from './feature-store';
import { featurePass, type PassOptions } from './feature-pass';
import type { Gram } from './gram';
import type { Inputs } from './inputs';
import { pooledLayers, settlePooling, type PassLayer } from './layer-pooling';
import { agreements, plus } from './measure-split';
import { shareCorrect, type Facts, type LayerMeasurement } from './measurement';
import { nextWeight, normsOf, weightTaps } from './network-weights';
import { constantTaps, openModel, type OpenModel } from './open-model';
import { measureOther } from './other-data';
import { pooledDimension } from './pooling';
import { readClassifier, requireOneDecision } from './read-classifier';
import { samplesWithClass } from './sample-facts';
import type { OutputTensor } from './session';
import { SplitMeasurement } from './split-measurement';
import { taskClasses } from './task-classes';

export interface CheckpointContext {
  plan: Plan;
  asked: Asked;
  train: Inputs;
  test?: Inputs;
  transfer?: Inputs;
  ood?: Inputs;
  provider: ProviderName;
  batchSize: number;
  gram: Gram;
  /** Of the checkpoint before. */
  previous?: DriftState;
  /** Called before each batch of each pass with the share done so far; throws to stop. */
  onBatch: (batch: number, batches: number) => Promise<void>;
}

export interface MeasuredCheckpoint {
  report: CheckpointReport;
  /** What the next checkpoint is compared with. */
  state?: DriftState;
}

/** @throws Fault that names the checkpoint, the cause and what to do */
export async function measureCheckpoint(
  planned: PlannedCheckpoint,
  context: CheckpointContext,
): Promise<MeasuredCheckpoint> {
  const started = performance.now();
  const file = path.basename(planned.file);
  const { plan, train, asked } = context;
  const { classes, classNames } = plan.run;
  const model = await openModel(planned.file, plan, context.provider);
  const { anatomy, session } = model;
  try {
    const { head } = anatomy;
    const layers = pooledLayers(model.layers, anatomy, plan);
    const warnings = [...plan.warnings, ...model.warnings];
    let classifier: Classifier | undefined;
    let measured: SplitMeasurement | undefined;
    let next: Facts['next'][] = [];
    let network: Facts['network'];
    const gram: BlockProduct = (values, count, d) => context.gram.of(values, count, d);
    const store = new FeatureStore();
    const progress = batchCounter(context, session.samples.shape[0] ?? context.batchSize);
    const pass = (inputs: Inputs): PassOptions => ({
      session,
      inputs,
      layers,
      logits: anatomy.logits,
      classes,
      batchSize: context.batchSize,
      file,
      onBatch: progress,
    });
    const first: PassOptions['first'] = {
      constants: [...(head ? constantTaps(head) : []), ...weightTaps(model.weights)].map(({ tensor }) => tensor),
      receive: (outputs, rows) => {
        warnings.push(...dropOthers(layers, outputs, rows, session, plan), ...settlePooling(layers, outputs, classes));
        if (head) {
          requireOneDecision(outputs.get(anatomy.logits), rows, classes, file);
          classifier = readClassifier(outputs, head, classes, dimensionOf(layers, outputs), file);
        }
        network = normsOf(model.weights, outputs);
        next = layers.map(({ tensor }) => nextWeight(model.weights, tensor, outputs));
        measured = new SplitMeasurement(layers, {
          classes,
          classNames,
          asked,
          gram,
          facts: train.facts,
          file,
          which: '',
        });
      },
    };

    let correct: number | undefined = 0;
    for await (const batch of featurePass({ ...pass(train), first })) {
      measured?.addFirst(batch);
      correct = plus(correct, agreements(batch));
      store.add(batch);
    }
    if (!measured) throw new Fault('E_NO_DATA', `${file}: there was no sample to measure; give it data.`);
    const { last } = measured;
    if (head && correct === undefined) throw noLogits(model, plan, file);
    measured.finishFirst();
    const training = trainingOf(plan, planned);
    const factsOf = ({ layer: { role } }: LayerMeasurement, index: number): Facts => {
      const own = role === 'penultimate' ? classifier && { rows: classes, weight: classifier.weight } : next[index];
      return {
        ...(classifier ? { classifier } : {}),
        ...(anatomy.noClassifier === undefined ? {} : { noClassifier: anatomy.noClassifier }),
        ...(network ? { network } : {}),
        training,
        ...(own ? { next: own } : {}),
      };
    };
    const transferNames = plan.transfer?.classNames ?? [];
    const ofSplit = { ...training, ...(last.statistics ? minorityOf(last.statistics, training) : {}) };
    const other = measureOther(last, context, {
      asked,
      gram,
      factsOf: (layer, index) => ({ ...factsOf(layer, index), training: ofSplit }),
      classes,
      classNames,
      pass,
      transferNames,
    });
    if (measured.needsSecondPass || other.needsKnown) {
      for await (const batch of store.complete ?? featurePass(pass(train))) {
        await measured.addSecond(batch);
        other.known(batch);
      }
    }

    const { facts, splits } = await other.finish();
    const accuracy = correct === undefined ? {} : { accuracy: shareCorrect(correct, samplesWithClass(train.labels)) };
    const reports = measured.finish((layer, index) => ({ ...factsOf(layer, index), ...accuracy, ...facts }));
    const state = last.driftState(classifier?.weight);
    const report = checkpointReport(planned, {
      plan,
      labels: train.labels,
      provider: context.provider,
      started,
      layers: reports,
      ...(classifier ? { weight: classifier.weight } : {}),
      asked,
      across: measureAcross(reports, (metric) => asked.computes(metric)),
      ...(state ? { drift: drift(context.previous, state, training.tasks) } : {}),
      splits,
      ...(head
        ? { classifier: { weight: head.weightName, ...(head.biasName === undefined ? {} : { bias: head.biasName }) } }
        : {}),
      ...(last.geometry ? { geometry: last.geometry } : {}),
      warnings: [...warnings, ...measured.warnings],
    });
    return { report, ...(state ? { state } : {}) };
  } finally {
    await session.close();
  }
}

export function trainingOf({ run, minority, tasks }: Plan, { epoch }: PlannedCheckpoint): TrainingFacts {
  return {
    ...(run.loss === undefined ? {} : { loss: run.loss as NonNullable<TrainingFacts['loss']> }),
    ...(run.weightDecay === undefined ? {} : { weightDecay: run.weightDecay }),
    ...(minority ? { minority } : {}),
    ...(tasks ? { tasks: taskClasses(tasks, epoch) } : {}),
  };
}

/** Which classes are rare is told by the training data, also where held-out data has as many of each. */
export function minorityOf(statistics: ClassStatistics, training: TrainingFacts): Pick<TrainingFacts, 'minority'> {
  return { minority: minorityClasses({ statistics, training }) };
}

/** d of the penultimate layer. */
function dimensionOf(layers: readonly PassLayer[], outputs: ReadonlyMap<string, OutputTensor>): number {
  const last = layers.at(-1);
  const dims = outputs.get(last?.read.tensor ?? '')?.dims ?? [];
  return pooledDimension(dims, last?.pooling === 'auto' ? 'flatten' : (last?.pooling ?? 'flatten'), last?.layout);
}

function noLogits({ anatomy }: OpenModel, plan: Plan, file: string): Fault {
  return new Fault(
    'E_LOGITS',
    `${file}: its output ${anatomy.output} does not hold one value for each of the ${plan.run.classes} classes; check that labels and model belong together, or name another output as model.logits in neural-collapse.json.`,
  );
}

/** Counts the batches that run through the model, of training and test data, so that the person sees one bar per checkpoint. */
function batchCounter(context: CheckpointContext, size: number): (batch: number, batches: number) => Promise<void> {
  let done = 0;
  const batches = (inputs: Inputs | undefined): number => (inputs ? Math.ceil(inputs.samples / size) : 0);
  const { train, test, transfer, ood } = context;
  const total = batches(train) + batches(test) + batches(transfer) + batches(ood);
  return async () => {
    done++;
    await context.onBatch(Math.min(done, total), total);
  };
}
