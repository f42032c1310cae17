/** One checkpoint: find head and layers, run the data through twice, turn statistics into metrics. */
import path from 'node:path';
import type { Classifier } from '../metrics/metric';
import { Fault } from '../protocol/faults';
import type { Plan, PlannedCheckpoint, ProviderName } from '../protocol/engine';
import type { CheckpointReport } from '../protocol/report';
import { FeatureStore } from './feature-store';
import { featurePass, type FeatureBatch, type PassOptions } from './feature-pass';
import type { Inputs } from './inputs';
import { dropOthers } from './batch-axis';
import { classRows } from './class-rows';
import { pooledLayers, settlePooling, type PassLayer } from './layer-pooling';
import { classCounts, LayerMeasurement, shareCorrect, type Facts } from './measurement';
import { constantTaps, openModel, type OpenModel } from './open-model';
import { pooledDimension, type Vectors } from './pooling';
import { readClassifier, requireOneDecision } from './read-classifier';
import { samplesWithClass } from './sample-facts';
import type { OutputTensor } from './session';

export interface CheckpointContext {
  plan: Plan;
  train: Inputs;
  test?: Inputs;
  provider: ProviderName;
  batchSize: number;
  /** Called before each batch of each pass with the share done so far; throws to stop. */
  onBatch: (batch: number, batches: number) => Promise<void>;
}

/** @throws Fault that names the checkpoint, the cause and what to do */
export async function measureCheckpoint(
  planned: PlannedCheckpoint,
  context: CheckpointContext,
): Promise<CheckpointReport> {
  const started = performance.now();
  const file = path.basename(planned.file);
  const { plan, train, test } = context;
  const model = await openModel(planned.file, plan, context.provider);
  const { anatomy, session } = model;
  try {
    const { head } = anatomy;
    const layers = pooledLayers(model.layers, anatomy, plan);
    const warnings = [...plan.warnings, ...model.warnings];
    let classifier: Classifier | undefined;
    let measured: LayerMeasurement[] = [];
    const store = new FeatureStore();
    const progress = batchCounter(context, session.samples.shape[0] ?? context.batchSize);
    const pass = (inputs: Inputs): PassOptions => ({
      session,
      inputs,
      layers,
      logits: anatomy.logits,
      classes: plan.run.classes,
      batchSize: context.batchSize,
      file,
      onBatch: progress,
    });
    const first: PassOptions['first'] = {
      constants: head ? constantTaps(head).map(({ tensor }) => tensor) : [],
      receive: (outputs, rows) => {
        warnings.push(
          ...dropOthers(layers, outputs, rows, session, plan),
          ...settlePooling(layers, outputs, plan.run.classes),
        );
        if (head) {
          requireOneDecision(outputs.get(anatomy.logits), rows, plan.run.classes, file);
          classifier = readClassifier(outputs, head, plan.run.classes, dimensionOf(layers, outputs), file);
        }
        measured = layers.map((layer) => new LayerMeasurement(layer, plan.run.classes, plan.run.classNames));
      },
    };

    let correct: number | undefined = 0;
    for await (const batch of featurePass({ ...pass(train), first })) {
      batch.layers.forEach(({ values, dimension }, l) =>
        measured[l]?.addFirst(values, dimension, batch.labels, batch.count),
      );
      correct = plus(correct, agreements(batch));
      store.add(batch);
    }
    const last = measured.at(-1);
    if (!last) throw new Fault('E_NO_DATA', `${file}: there was no sample to measure; give it data.`);
    if (head && correct === undefined) throw noLogits(model, plan, file);
    rejectNonFinite(measured, file);
    for (const layer of measured) layer.finishFirst();
    for await (const batch of store.complete ?? featurePass(pass(train))) {
      batch.layers.forEach(({ values }, l) =>
        measured[l]?.addSecond(values, batch.labels, batch.count, batch.networkArgmax),
      );
    }

    const facts: Facts = {
      ...(classifier ? { classifier } : {}),
      ...(anatomy.noClassifier === undefined ? {} : { noClassifier: anatomy.noClassifier }),
      ...(correct === undefined ? {} : { accuracy: shareCorrect(correct, samplesWithClass(train.labels)) }),
    };
    if (test) facts.test = await measureTest({ ...pass(test), layers: layers.slice(-1) }, last);
    const reports = measured.map((layer, index) => layer.finish(index + 1, facts));
    const penultimate = reports.at(-1);
    return {
      path: planned.path,
      ...(planned.epoch === undefined ? {} : { epoch: planned.epoch }),
      split: 'train',
      samples: samplesWithClass(train.labels),
      classCounts: classCounts(train.labels, plan.run.classes),
      provider: context.provider,
      seconds: (performance.now() - started) / 1000,
      ...(head
        ? {
            classifier: {
              weight: head.weightName,
              ...(head.biasName === undefined ? {} : { bias: head.biasName }),
              dimension: last.dimension,
            },
          }
        : {}),
      metrics: penultimate?.metrics ?? {},
      notApplicable: penultimate?.notApplicable ?? {},
      layers: reports,
      warnings: [...new Set([...warnings, ...measured.flatMap((layer) => layer.warnings)])],
    };
  } finally {
    await session.close();
  }
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

async function measureTest(options: PassOptions, penultimate: LayerMeasurement): Promise<NonNullable<Facts['test']>> {
  const nearest = penultimate.otherData();
  let correct: number | undefined = 0;
  for await (const batch of featurePass(options)) {
    const [features] = batch.layers;
    requireFiniteTest(features, batch, options.file);
    if (features) {
      const own = classRows(features.values, features.dimension, batch.labels, batch.count, batch.networkArgmax);
      nearest?.add(own.values, own.labels, own.count, own.networkArgmax);
    }
    correct = plus(correct, agreements(batch));
  }
  const shares = nearest?.finish().nearestCentre;
  return {
    ...(correct === undefined ? {} : { accuracy: shareCorrect(correct, samplesWithClass(options.inputs.labels)) }),
    ...(shares ? { nearestCentre: shares } : {}),
  };
}

function requireFiniteTest(features: Vectors | undefined, batch: FeatureBatch, file: string): void {
  if (!features) return;
  const { values, dimension } = features;
  for (let i = 0; i < batch.count * dimension; i++) {
    if (!Number.isFinite(values[i])) {
      throw new Fault(
        'E_NOT_FINITE',
        `${file}: the penultimate features are not finite (NaN or infinity) for test sample ${batch.start + Math.floor(i / dimension)}; correct the test data or leave it out of neural-collapse.json.`,
      );
    }
  }
}

/** Rows where the network's class is the label; undefined where the network names none. */
function agreements({ networkArgmax, labels, count }: FeatureBatch): number | undefined {
  if (!networkArgmax) return undefined;
  let same = 0;
  for (let row = 0; row < count; row++) if (networkArgmax[row] === labels[row]) same++;
  return same;
}

function plus(sum: number | undefined, more: number | undefined): number | undefined {
  return sum === undefined || more === undefined ? undefined : sum + more;
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
  const total = batches(context.train) + batches(context.test);
  return async () => {
    done++;
    await context.onBatch(Math.min(done, total), total);
  };
}
