/** One checkpoint: find head and layers, run the data through twice, turn statistics into metrics. */
import path from 'node:path';
import { drift, type DriftState } from '../metrics/drift';
import type { Classifier, TrainingFacts } from '../metrics/metric';
import { measureAcross } from '../metrics/registry';
import { Fault } from '../protocol/faults';
import type { Plan, PlannedCheckpoint, ProviderName } from '../protocol/engine';
import type { CheckpointReport } from '../protocol/report';
import { dropOthers } from './batch-axis';
import { checkpointReport } from './checkpoint-report';
import { FeatureStore } from './feature-store';
import { featurePass, type PassOptions } from './feature-pass';
import type { Gram } from './gram';
import type { Inputs } from './inputs';
import { LastLayer } from './last-layer';
import { pooledLayers, settlePooling, type PassLayer } from './layer-pooling';
import { LayerMeasurement, shareCorrect, type Facts } from './measurement';
import { nextWeight, normsOf, weightTaps } from './network-weights';
import { constantTaps, openModel, type OpenModel } from './open-model';
import { agreements, measureOther, plus } from './other-data';
import { pooledDimension } from './pooling';
import { readClassifier, requireOneDecision } from './read-classifier';
import { samplesWithClass } from './sample-facts';
import type { OutputTensor } from './session';

export interface CheckpointContext {
  plan: Plan;
  train: Inputs;
  test?: Inputs;
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
  const { plan, train } = context;
  const { classes, classNames } = plan.run;
  const model = await openModel(planned.file, plan, context.provider);
  const { anatomy, session } = model;
  try {
    const { head } = anatomy;
    const layers = pooledLayers(model.layers, anatomy, plan);
    const warnings = [...plan.warnings, ...model.warnings];
    let classifier: Classifier | undefined;
    let measured: LayerMeasurement[] = [];
    let next: Facts['next'][] = [];
    let network: Facts['network'];
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
        measured = layers.map(
          (layer) =>
            new LayerMeasurement(layer, {
              classes,
              classNames,
              gram: (values, count, d) => context.gram.of(values, count, d),
              ...(layer.role === 'penultimate' ? { last: new LastLayer(classes, train.facts) } : {}),
            }),
        );
      },
    };

    let correct: number | undefined = 0;
    for await (const batch of featurePass({ ...pass(train), first })) {
      const { start, count, labels, logits } = batch;
      batch.layers.forEach((vectors, l) =>
        measured[l]?.addFirst({ ...vectors, start, count, labels, ...(logits ? { logits } : {}) }),
      );
      correct = plus(correct, agreements(batch));
      store.add(batch);
    }
    const last = measured.at(-1);
    if (!last) throw new Fault('E_NO_DATA', `${file}: there was no sample to measure; give it data.`);
    if (head && correct === undefined) throw noLogits(model, plan, file);
    rejectNonFinite(measured, file);
    for (const layer of measured) layer.finishFirst();
    const other = measureOther(last, context, (inputs) => ({ ...pass(inputs), layers: layers.slice(-1) }));
    for await (const batch of store.complete ?? featurePass(pass(train))) {
      for (const [l, vectors] of batch.layers.entries()) await measured[l]?.addSecond({ ...batch, ...vectors });
      other.known(batch);
    }

    const facts: Facts = {
      ...(classifier ? { classifier } : {}),
      ...(anatomy.noClassifier === undefined ? {} : { noClassifier: anatomy.noClassifier }),
      ...(correct === undefined ? {} : { accuracy: shareCorrect(correct, samplesWithClass(train.labels)) }),
      ...(await other.finish()),
      ...(network ? { network } : {}),
      training: trainingOf(plan),
    };
    const reports = measured.map((layer, index) => {
      const own = layer === last ? classifier && { rows: classes, weight: classifier.weight } : next[index];
      return layer.finish(index + 1, { ...facts, ...(own ? { next: own } : {}) });
    });
    const state = last.driftState(classifier?.weight);
    const report = checkpointReport(planned, {
      plan,
      labels: train.labels,
      provider: context.provider,
      started,
      layers: reports,
      ...(classifier ? { weight: classifier.weight } : {}),
      beyond: [measureAcross(reports), ...(state ? [drift(context.previous, state)] : [])],
      ...(head
        ? { classifier: { weight: head.weightName, ...(head.biasName === undefined ? {} : { bias: head.biasName }) } }
        : {}),
      warnings: [...warnings, ...measured.flatMap((layer) => layer.warnings)],
    });
    return { report, ...(state ? { state } : {}) };
  } finally {
    await session.close();
  }
}

export function trainingOf({ run, minority }: Plan): TrainingFacts {
  return {
    ...(run.loss === undefined ? {} : { loss: run.loss as NonNullable<TrainingFacts['loss']> }),
    ...(run.weightDecay === undefined ? {} : { weightDecay: run.weightDecay }),
    ...(minority ? { minority } : {}),
  };
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

function rejectNonFinite(layers: LayerMeasurement[], file: string): void {
  for (const layer of layers) {
    const bad = layer.nonFinite;
    if (bad) {
      throw new Fault(
        'E_NOT_FINITE',
        `${file}: layer ${layer.layer.name} is not finite (NaN or infinity) for sample ${bad.row}; the weights have diverged or the data needs preprocessing.`,
      );
    }
  }
}

/** Counts the batches that run through the model, of training and test data, so that the person sees one bar per checkpoint. */
function batchCounter(context: CheckpointContext, size: number): (batch: number, batches: number) => Promise<void> {
  let done = 0;
  const batches = (inputs: Inputs | undefined): number => (inputs ? Math.ceil(inputs.samples / size) : 0);
  const total = batches(context.train) + batches(context.test) + batches(context.ood);
  return async () => {
    done++;
    await context.onBatch(Math.min(done, total), total);
  };
}
