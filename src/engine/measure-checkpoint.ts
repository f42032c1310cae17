/** One checkpoint: find head and layers, run the data through twice, turn statistics into metrics. */
import path from 'node:path';
import { findHead, type Head } from '../onnx/head';
import { findLayers, namedLayer, type Layer } from '../onnx/layers';
import { readModelFile, type ModelFile } from '../onnx/read-model';
import type { Classifier } from '../metrics/metric';
import { Fault } from '../protocol/faults';
import type { Plan, PlannedCheckpoint, ProviderName } from '../protocol/engine';
import type { CheckpointReport, Pooling } from '../protocol/report';
import { FeatureStore } from './feature-store';
import { featurePass, type FeatureBatch, type PassLayer, type PassOptions } from './feature-pass';
import type { Inputs } from './inputs';
import { classCounts, LayerMeasurement, shareCorrect, type Facts } from './measurement';
import type { Vectors } from './pooling';
import { ModelSession, type OutputTensor } from './session';

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
  const model = await readModelFile(planned.file);
  const file = path.basename(planned.file);
  requireOneInput(model, file);
  const found = findHead(model.model.graph);
  if (!('head' in found)) {
    throw new Fault(
      'E_NO_HEAD',
      `${file} has no linear classifier that could be found: ${found.reason}; export the model with its last linear layer.`,
    );
  }
  const { head } = found;
  const { plan, train, test } = context;
  const layers = passLayers(model, head, plan, file);
  const constants = head.bias === undefined ? [head.weight] : [head.weight, head.bias];
  const tensors = [...layers.map((layer) => layer.tensor), head.logits, ...constants];
  const session = await ModelSession.open(model, tensors, context.provider);
  try {
    let classifier: Classifier | undefined;
    const measured = layers.map((layer) => new LayerMeasurement(layer, plan.run.classes, plan.run.classNames));
    const store = new FeatureStore();
    const progress = batchCounter(context, session.input.shape[0] ?? context.batchSize);
    const pass = (inputs: Inputs): PassOptions => ({
      session,
      inputs,
      layers,
      logits: head.logits,
      batchSize: context.batchSize,
      file,
      onBatch: progress,
    });

    let correct = 0;
    const first = {
      ...pass(train),
      constants: {
        names: constants,
        receive: (values: Map<string, OutputTensor>) => {
          classifier = readClassifier(values, head, file);
        },
      },
    };
    for await (const batch of featurePass(first)) {
      batch.layers.forEach(({ values, dimension }, l) =>
        measured[l]?.addFirst(values, dimension, batch.labels, batch.count),
      );
      correct += agreements(batch);
      store.add(batch);
    }
    const last = measured.at(-1);
    if (!classifier || !last) throw new Fault('E_NO_DATA', `${file}: there was no sample to measure; give it data.`);
    checkClassifier(classifier, plan.run.classes, last.dimension, file);
    rejectNonFinite(measured, file);
    for (const layer of measured) layer.finishFirst();
    for await (const batch of store.complete ?? featurePass(pass(train))) {
      batch.layers.forEach(({ values }, l) =>
        measured[l]?.addSecond(values, batch.labels, batch.count, batch.networkArgmax),
      );
    }

    const facts: Facts = { classifier, accuracy: shareCorrect(correct, train.samples) };
    if (test) facts.test = await measureTest({ ...pass(test), layers: layers.slice(-1) }, last, test.samples);
    const reports = measured.map((layer, index) => layer.finish(index + 1, facts));
    const penultimate = reports.at(-1);
    return {
      path: planned.path,
      ...(planned.epoch === undefined ? {} : { epoch: planned.epoch }),
      split: 'train',
      samples: train.samples,
      classCounts: classCounts(train.labels, plan.run.classes),
      provider: context.provider,
      seconds: (performance.now() - started) / 1000,
      classifier: {
        weight: head.weightName,
        ...(head.biasName === undefined ? {} : { bias: head.biasName }),
        dimension: last.dimension || (penultimate?.dimension ?? 0),
      },
      metrics: penultimate?.metrics ?? {},
      notApplicable: penultimate?.notApplicable ?? {},
      layers: reports,
      warnings: [...new Set([...plan.warnings, ...measured.flatMap((layer) => layer.warnings)])],
    };
  } finally {
    await session.close();
  }
}

function requireOneInput({ model }: ModelFile, file: string): void {
  const names = model.graph.inputs.map((input) => input.name);
  if (names.length === 1) return;
  throw new Fault(
    'E_INPUTS',
    `${file} has ${names.length} inputs (${names.join(', ')}); models with one input can be measured: export it with the others fixed.`,
  );
}

async function measureTest(
  options: PassOptions,
  penultimate: LayerMeasurement,
  samples: number,
): Promise<NonNullable<Facts['test']>> {
  const nearest = penultimate.otherData();
  let correct = 0;
  for await (const batch of featurePass(options)) {
    const [features] = batch.layers;
    requireFiniteTest(features, batch, options.file);
    if (features) nearest?.add(features.values, batch.labels, batch.count, batch.networkArgmax);
    correct += agreements(batch);
  }
  const shares = nearest?.finish().nearestCentre;
  return { accuracy: shareCorrect(correct, samples), ...(shares ? { nearestCentre: shares } : {}) };
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

function agreements(batch: FeatureBatch): number {
  let count = 0;
  for (let row = 0; row < batch.count; row++) if (batch.networkArgmax[row] === batch.labels[row]) count++;
  return count;
}

function passLayers(model: ModelFile, head: Head, plan: Plan, file: string): PassLayer[] {
  const { graph } = model.model;
  const automatic = findLayers(graph, head.features);
  let layers: Layer[];
  if (plan.layers === 'auto') layers = automatic;
  else if (plan.layers === 'penultimate') layers = automatic.slice(-1);
  else {
    const wanted = plan.layers;
    layers = wanted
      .filter((tensor) => tensor !== head.features)
      .map((tensor) => {
        const known = automatic.find((layer) => layer.tensor === tensor || layer.name === tensor);
        const layer = known ?? namedLayer(graph, tensor);
        if (!layer) {
          const names = automatic.map((entry) => entry.name).join(', ');
          throw new Fault('E_NO_SUCH_LAYER', `${file} has no layer named ${tensor}; the layers found are ${names}.`);
        }
        return layer;
      });
    layers = [...layers.filter((layer) => layer.role === 'hidden'), ...automatic.slice(-1)];
  }
  const { pooling } = plan;
  return layers.map(
    (layer) =>
      ({
        ...layer,
        pooling: typeof pooling === 'string' ? pooling : (pooling[layer.tensor] ?? pooling[layer.name] ?? 'flatten'),
      }) satisfies {
        pooling: Pooling;
      } & Layer,
  );
}

/** W as K×d and b, with the scales of Gemm and temperature put in. */
function readClassifier(values: Map<string, OutputTensor>, head: Head, file: string): Classifier {
  const weight = values.get(head.weight);
  if (!weight || weight.dims.length !== 2) {
    throw new Fault(
      'E_NO_HEAD',
      `${file}: the classifier's weight ${head.weightName} is not a matrix; export the model with a plain last linear layer.`,
    );
  }
  const [rows = 0, columns = 0] = weight.dims;
  const [classes, dimension] = head.weightLayout === 'rows' ? [rows, columns] : [columns, rows];
  const matrix = new Float64Array(classes * dimension);
  for (let k = 0; k < classes; k++) {
    for (let j = 0; j < dimension; j++) {
      const at = head.weightLayout === 'rows' ? k * dimension + j : j * classes + k;
      matrix[k * dimension + j] = head.weightScale * weight.values[at]!;
    }
  }
  const bias = head.bias === undefined ? undefined : values.get(head.bias);
  if (bias?.values.length !== classes) return { weight: matrix };
  return { weight: matrix, bias: Float64Array.from(bias.values, (value) => value * head.biasScale) };
}

function checkClassifier(classifier: Classifier, classes: number, dimension: number, file: string): void {
  if (classifier.weight.length !== classes * dimension) {
    throw new Fault(
      'E_CLASSES',
      `${file}: its classifier has ${classifier.weight.length / dimension} rows of ${dimension} weights, but the labels have ${classes} classes; check that labels and model belong together.`,
    );
  }
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
