/** Every model in fixtures/exports: what the engine takes out of it against what its framework computed. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { dropOthers } from '../../src/engine/batch-axis';
import { featurePass } from '../../src/engine/feature-pass';
import { Inputs } from '../../src/engine/inputs';
import { pooledLayers, settlePooling } from '../../src/engine/layer-pooling';
import { constantTaps, openModel } from '../../src/engine/open-model';
import { pooledDimension } from '../../src/engine/pooling';
import { readClassifier, requireOneDecision } from '../../src/engine/read-classifier';
import type { Classifier } from '../../src/metrics/metric';
import type { ModelOverrides } from '../../src/protocol/engine';
import { fixtures } from '../fixtures/paths';

type Matrix = number[][];

interface Values {
  features: Matrix;
  logits: Matrix;
  W?: Matrix;
  b?: number[] | null;
  scale?: number;
  /** What a person would call the layers, in depth order: one sample's shape, and the norm of each sample. */
  blocks?: { name: string; shape: number[]; norms: number[] }[];
}

interface Expected {
  file: string;
  inputs: Record<string, { file: string; array: string }>;
  outputs: string[];
  linear: boolean;
  reason?: string;
  values: string;
  classes: number;
  tolerance: number;
  primary?: string;
  binary?: boolean;
  equivalentLinear?: boolean;
  quantised?: { features: Matrix; W: Matrix };
}

const folder = path.join(fixtures, 'exports');
const { models, values } = JSON.parse(readFileSync(path.join(folder, 'reference.json'), 'utf8')) as {
  models: Record<string, Expected>;
  values: Record<string, Values>;
};

interface Taken {
  features: Matrix;
  classifier?: Classifier;
  noClassifier?: string;
  ambiguous: boolean;
  output: string;
  /** Hidden layers, flattened: name, values a sample, norm of each sample. */
  layers: { name: string; length: number; norms: number[] }[];
  warnings: string[];
  decisions?: number[];
}

/** What the engine finds in a model and computes of its data, in batches of 7. */
async function take(model: Expected, classes: number, overrides: ModelOverrides = {}): Promise<Taken> {
  const plan = { layers: 'auto', model: overrides, pooling: 'auto', run: { classes } } as never;
  const { anatomy, layers, session, warnings } = await openModel(path.join(folder, model.file), plan, 'cpu');
  const passLayers = pooledLayers(layers, anatomy, plan);
  const references = Object.fromEntries(
    Object.entries(model.inputs).map(([name, { file, array }]) => [name, `${path.join(folder, file)}#${array}`]),
  );
  const samples = session.samples.name;
  const { [samples]: inputs = '', ...others } = references;
  const data = await Inputs.unlabelled({ inputs, others, samples: 24 }, {});
  const taken: Taken = { features: [], ambiguous: anatomy.ambiguous, output: anatomy.output, layers: [], warnings };
  if (anatomy.noClassifier !== undefined) taken.noClassifier = anatomy.noClassifier;
  try {
    const options = {
      session,
      inputs: data,
      layers: passLayers,
      logits: anatomy.logits,
      classes,
      batchSize: 7,
      file: model.file,
      onBatch: async () => {},
      first: {
        constants: anatomy.head ? constantTaps(anatomy.head).map(({ tensor }) => tensor) : [],
        receive: (outputs: Parameters<typeof settlePooling>[1], rows: number) => {
          dropOthers(passLayers, outputs, rows, session, plan);
          settlePooling(passLayers, outputs, classes);
          // Flattened, a layer has the norm that its framework gives it however its axes are ordered.
          passLayers.forEach((layer) => {
            if (layer.role === 'hidden') layer.pooling = 'flatten';
          });
          taken.layers = passLayers.slice(0, -1).map(({ name }) => ({ name, length: 0, norms: [] }));
          if (!anatomy.head) return;
          requireOneDecision(outputs.get(anatomy.logits), rows, classes, model.file);
          const last = passLayers.at(-1)!;
          const dims = outputs.get(last.read.tensor)?.dims ?? [];
          const d = pooledDimension(dims, last.pooling as 'flatten', last.layout);
          taken.classifier = readClassifier(outputs, anatomy.head, classes, d, model.file);
        },
      },
    };
    for await (const batch of featurePass(options)) {
      const last = batch.layers.at(-1)!;
      for (let row = 0; row < batch.count; row++) {
        taken.features.push([...last.values.subarray(row * last.dimension, (row + 1) * last.dimension)]);
      }
      taken.layers.forEach((layer, l) => {
        const { values: rows, dimension } = batch.layers[l]!;
        layer.length = dimension;
        for (let row = 0; row < batch.count; row++) {
          layer.norms.push(Math.hypot(...rows.subarray(row * dimension, (row + 1) * dimension)));
        }
      });
      if (batch.networkArgmax) (taken.decisions ??= []).push(...batch.networkArgmax);
    }
  } finally {
    await session.close();
    await data.close();
  }
  return taken;
}

function largestDifference(a: Matrix, b: Matrix): number {
  assert.deepEqual([a.length, a[0]?.length], [b.length, b[0]?.length], 'shape');
  return Math.max(...a.flatMap((row, i) => row.map((value, j) => Math.abs(value - b[i]![j]!))));
}

function rowsOf(values: Float64Array, rows: number): Matrix {
  const length = values.length / rows;
  return Array.from({ length: rows }, (_, k) => [...values.subarray(k * length, (k + 1) * length)]);
}

/** One logit z stands for the two logits −z/2 and z/2. */
function twoRows(rows: Matrix): Matrix {
  return [rows[0]!.map((value) => -value / 2), rows[0]!.map((value) => value / 2)];
}

/** W and b that the engine should find: the graph's scales are in them. */
function classifierOf(model: Expected, expected: Values): { W: Matrix; b: number[] | undefined } | undefined {
  const W = model.quantised?.W ?? expected.W;
  if (!W) return undefined;
  const scale = TEMPERATURE.test(model.file) ? 2 : (expected.scale ?? 1);
  const b = expected.b?.map((value) => value * (TEMPERATURE.test(model.file) ? 2 : 1));
  const scaled = W.map((row) => row.map((value) => value * scale));
  if (!model.binary) return { W: scaled, b };
  return { W: twoRows(scaled), b: b ? [-b[0]! / 2, b[0]! / 2] : undefined };
}

/** Where the engine knows more, or less, than the fixture asks for. */
const REFUSED: Record<string, RegExp> = {
  functions_head: /comes out of the model-local function Linear.*inline_local_functions/,
  functions_nested: /comes out of the model-local function Whole.*inline_local_functions/,
  sklearn_logistic: /ends in Normalizer, which is not a linear classifier/,
  sklearn_logistic_pipeline: /ends in Normalizer, which is not a linear classifier/,
  text_tokens: /applied to each of 7 positions/,
};
/** Linear all the same: what stands behind keeps the order of the logits, or bends them a little and is warned of. */
const LINEAR_BEHIND = /^(nonlinear_softplus$|conv_relu)/;
/** Logits are what goes into the softmax, the division by 0.5 before it included. */
const TEMPERATURE = /^behind_temperature/;
/** Recurrent networks that hand on their last state alone, or that the exporter unrolled: no layer holds every step. */
const STATES_ONLY = /^sequence_(\w+_state|rnn_last_dynamo)/;
const INSIDE_IF = 'flow_head_in_if';

/** Every block that a person would name is a layer, with the values that its framework gives it. */
function checkBlocks({ layers: hidden, features }: Taken, { blocks = [] }: Values): void {
  const last = { name: 'penultimate', length: features[0]?.length ?? 0, norms: features.map((h) => Math.hypot(...h)) };
  const layers = [...hidden, last];
  let from = 0;
  for (const { name, shape, norms } of blocks) {
    const length = shape.reduce((product, axis) => product * axis, 1);
    const close = (found: number[]): boolean =>
      found.every((norm, i) => Math.abs(norm - norms[i]!) <= 1e-3 * (1 + norms[i]!));
    const at = layers.findIndex((layer, l) => l >= from && layer.length === length && close(layer.norms));
    assert.ok(at >= 0, `${name} is missing among ${layers.map((layer) => layer.name).join(', ')}`);
    from = at + 1;
  }
}

describe('models as their exporters wrote them', () => {
  for (const [name, model] of Object.entries(models)) {
    const expected = values[model.values]!;
    const classes = model.binary ? 2 : model.classes;
    const refused = REFUSED[name];
    if (refused) {
      it(`${name}: refused with the reason`, () =>
        assert.rejects(take(model, classes), (error: Error) => {
          assert.match(error.message, refused);
          return true;
        }));
      continue;
    }
    it(name, async () => {
      const first = await take(model, classes);
      if (model.primary !== undefined && first.ambiguous) {
        // Two tasks on one trunk: only a person knows which one is meant.
        assert.match(name, /tasks/);
      }
      const taken = first.ambiguous ? await take(model, classes, { logits: model.primary! }) : first;
      if (model.primary !== undefined) assert.equal(taken.output, model.primary);
      const computed32 = taken.warnings.some((text) => /computed in float32/.test(text));
      const tolerance = Math.max(10 * model.tolerance, computed32 ? 1e-5 : 0);
      const features = model.quantised?.features ?? expected.features;
      assert.ok(largestDifference(taken.features, features) <= tolerance, 'features');
      if (!STATES_ONLY.test(name)) checkBlocks(taken, expected);
      if ((!model.linear && !LINEAR_BEHIND.test(name)) || name === INSIDE_IF) {
        assert.equal(taken.classifier, undefined);
        assert.match(taken.noClassifier ?? '', /is not linear: output/);
        return;
      }
      assert.ok(taken.classifier);
      if (name === 'dropout_training') assert.match(taken.warnings.join(), /exported in training mode; Dropout/);
      if (name.startsWith('conv_relu')) assert.match(taken.warnings.join(), /A Relu stands between/);
      const wanted = classifierOf(model, expected);
      if (!wanted) return;
      const weights = rowsOf(taken.classifier.weight, classes);
      assert.ok(largestDifference(weights, wanted.W) <= tolerance, 'W');
      const bias = [...(taken.classifier.bias ?? new Float64Array(classes))];
      assert.ok(largestDifference([bias], [wanted.b ?? bias.map(() => 0)]) <= tolerance, 'b');
      // The network's own decisions are those of W h + b.
      const scores = taken.features.map((h) =>
        weights.map((w, k) => w.reduce((z, value, j) => z + value * h[j]!, bias[k]!)),
      );
      const margin = (z: number[]): number => {
        const [best = 0, second = 0] = [...z].sort((a, b) => b - a);
        return best - second;
      };
      scores.forEach((z, i) => {
        if (margin(z) > 0.05) assert.equal(taken.decisions?.[i], z.indexOf(Math.max(...z)), `decision ${i}`);
      });
    });
  }
});
