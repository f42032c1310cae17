/** The geometry that crosses to the panel, against one computed here from the same features in plain loops. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import Ajv, { type AnySchema } from 'ajv';
import schema from '../../media/schemas/report.schema.json';
import type { EngineClient } from '../../src/driver/engine-client';
import { featurePass } from '../../src/engine/feature-pass';
import { Inputs } from '../../src/engine/inputs';
import { pooledLayers, settlePooling } from '../../src/engine/layer-pooling';
import { constantTaps, openModel } from '../../src/engine/open-model';
import { readClassifier } from '../../src/engine/read-classifier';
import type { Plan } from '../../src/protocol/engine';
import { type Geometry, lacking, triangleIndex } from '../../src/protocol/geometry';
import type { Report } from '../../src/protocol/report';
import { models, sampleRun, sharedRuns } from '../fixtures/paths';
import { measure, planFor, relativeError, startEngine } from './engine';

type Matrix = number[][];

interface Features {
  rows: Matrix;
  labels: number[];
  weight: Matrix;
}

/** Penultimate features of a checkpoint and its classifier. */
async function features(plan: Plan, file: string): Promise<Features> {
  const { classes } = plan.run;
  const { anatomy, layers, session } = await openModel(file, plan, 'cpu');
  const inputs = await Inputs.open(plan.train!, plan.preprocess, plan.run);
  const last = pooledLayers(layers, anatomy, plan).slice(-1);
  const found: Features = { rows: [], labels: [], weight: [] };
  const first = {
    constants: constantTaps(anatomy.head!).map(({ tensor }) => tensor),
    receive: (outputs: Parameters<typeof settlePooling>[1]) => {
      settlePooling(last, outputs, classes);
      const d = outputs.get(last[0]!.read.tensor)!.dims[1]!;
      const { weight } = readClassifier(outputs, anatomy.head!, classes, d, file);
      found.weight = Array.from({ length: classes }, (_, c) => [...weight.subarray(c * d, (c + 1) * d)]);
    },
  };
  try {
    const pass = { session, inputs, layers: last, logits: anatomy.logits, classes, batchSize: 100, file, first };
    for await (const batch of featurePass({ ...pass, onBatch: async () => {} })) {
      const { values, dimension: d } = batch.layers[0]!;
      for (let row = 0; row < batch.count; row++) found.rows.push([...values.subarray(row * d, (row + 1) * d)]);
      found.labels.push(...batch.labels);
    }
  } finally {
    await session.close();
    await inputs.close();
  }
  return found;
}

const inner = (x: readonly number[], y: readonly number[]): number => x.reduce((sum, v, i) => sum + v * y[i]!, 0);
const minus = (x: readonly number[], y: readonly number[]): number[] => x.map((v, i) => v - y[i]!);
const meanOf = (rows: Matrix): number[] =>
  rows[0]!.map((_, j) => rows.reduce((sum, row) => sum + row[j]!, 0) / rows.length);
const covariance = (rows: Matrix): Matrix =>
  rows[0]!.map((_, i) => rows[0]!.map((__, j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0) / rows.length));

/** Cyclic Jacobi: slow, and nothing of the product's. */
function eigenvalues(source: Matrix): number[] {
  const a = source.map((row) => [...row]);
  const n = a.length;
  for (let sweep = 0; sweep < 30; sweep++) {
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        if (a[p]![q] === 0) continue;
        const theta = (a[q]![q]! - a[p]![p]!) / (2 * a[p]![q]!);
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        const s = t * c;
        for (const row of a) [row[p], row[q]] = [c * row[p]! - s * row[q]!, s * row[p]! + c * row[q]!];
        const [x, y] = [[...a[p]!], [...a[q]!]];
        a[p] = x.map((value, j) => c * value - s * y[j]!);
        a[q] = x.map((value, j) => s * value + c * y[j]!);
      }
    }
  }
  return a.map((row, i) => row[i]!).sort((x, y) => y - x);
}

function present<T extends object>(part: T | { notApplicable: string } | undefined): T {
  assert.ok(part && !lacking(part), JSON.stringify(part));
  return part;
}

const geometryOf = (report: Report, at = -1): Geometry => {
  const geometry = report.checkpoints.at(at)?.geometry;
  assert.ok(geometry);
  return geometry;
};
const close = (actual: number, expected: number, what: string, tolerance = 1e-5): void =>
  assert.ok(relativeError(actual, expected) < tolerance, `${what}: ${actual}, expected ${expected}`);

describe('the geometry', function () {
  this.timeout(180_000);
  let engine: EngineClient;
  before(() => (engine = startEngine()));
  after(() => engine.dispose());

  it('of the sample run is that of its features', async () => {
    const plan = { ...(await planFor(engine, sampleRun)), layers: 'penultimate' as const };
    const { rows, labels, weight } = await features(plan, plan.checkpoints.at(-1)!.file);
    const report = await measure(engine, { ...plan, checkpoints: plan.checkpoints.slice(-1) });
    const geometry = geometryOf(report);
    const K = 10;
    const means = Array.from({ length: K }, (_, c) => meanOf(rows.filter((__, i) => labels[i] === c)));
    const centre = meanOf(means);
    const centred = means.map((mean) => minus(mean, centre));
    assert.deepEqual(
      geometry.places,
      Array.from({ length: K }, (_, c) => [c]),
    );
    for (const [vectors, own] of [
      [present(geometry.means), centred],
      [present(geometry.rows), weight],
    ] as const) {
      own.forEach((x, a) => {
        close(vectors.norms.values[a]!, Math.sqrt(inner(x, x)), `norm ${a}`);
        own.forEach((y, b) => {
          if (b <= a) return;
          const expected = inner(x, y) / Math.sqrt(inner(x, x) * inner(y, y));
          close(vectors.cosines[triangleIndex(a, b, K)]!, expected, `cosine ${a} ${b}`);
        });
      });
    }
    const between = present(geometry.spectrum.between);
    const within = present(geometry.spectrum.within);
    const ofMeans = eigenvalues(centred.map((x) => centred.map((y) => inner(x, y) / K)));
    assert.equal(between.values.length, K - 1);
    between.values.forEach((value, r) => close(value, ofMeans[r]!, `between ${r}`));
    const ofRest = eigenvalues(covariance(rows.map((row, i) => minus(row, means[labels[i]!]!))));
    within.values.forEach((value, r) => close(value, ofRest[r]!, `within ${r}`, 1e-4));
    present(geometry.separation.means).values.forEach((value, a) => {
      const others = means.flatMap((mean, b) => {
        const difference = minus(mean, means[a]!);
        return b === a ? [] : [Math.sqrt(inner(difference, difference))];
      });
      close(value, Math.min(...others), `nearest ${a}`);
    });

    // The basis is free, products of coordinates are not: of means with means, rows and samples.
    const picture = present(geometry.picture);
    const r = picture.dimension;
    assert.equal(r, K - 1);
    const at = (list: readonly number[], row: number): number[] => list.slice(row * r, (row + 1) * r);
    const size = Math.sqrt(centred.reduce((sum, x) => sum + inner(x, x), 0));
    close(picture.unit, size / Math.sqrt(K), 'unit');
    const weightSize = Math.sqrt(weight.reduce((sum, x) => sum + inner(x, x), 0));
    centred.forEach((x, a) => {
      centred.forEach((y, b) => {
        const expected = inner(x, y);
        assert.ok(Math.abs(inner(at(picture.means, a), at(picture.means, b)) - expected) < 1e-3, `means ${a} ${b}`);
        const along = (inner(x, weight[b]!) * size) / weightSize;
        assert.ok(Math.abs(inner(at(picture.means, a), at(picture.rows!, b)) - along) < 1e-3, `rows ${a} ${b}`);
      });
    });
    // 24 of each class, evenly spread over its samples, first and last included.
    const chosen = Array.from({ length: K }, (_, c) => {
      const own = labels.flatMap((label, i) => (label === c ? [i] : []));
      return Array.from({ length: 24 }, (__, i) => own[Math.round((i * (own.length - 1)) / 23)]!);
    });
    const order = chosen.flat().sort((x, y) => x - y);
    assert.deepEqual(
      picture.samples.classes,
      order.map((row) => labels[row]),
    );
    order.forEach((row, i) => {
      const seen = minus(rows[row]!, centre);
      const actual = inner(at(picture.samples.coordinates, i), at(picture.means, 3));
      assert.ok(Math.abs(actual - inner(seen, centred[3]!)) < 0.2, `sample ${row}`);
    });
  });

  it('of saved activations is there too, and the report that carries it is of the published schema', async () => {
    const report = await measure(engine, await planFor(engine, path.join(models, 'activations.npz')));
    const geometry = geometryOf(report);
    assert.equal(present(geometry.means).cosines.length, 10);
    assert.ok(present(geometry.picture).samples.classes.length > 0);
    const validate = new Ajv({ allowUnionTypes: true }).compile(schema as AnySchema);
    assert.ok(validate(JSON.parse(JSON.stringify(report))), JSON.stringify(validate.errors));
  });

  describe('of the shared runs', () => {
    it('is the same from a model and from its saved activations', async function () {
      const saved = path.join(sharedRuns, 'activations-cnn', 'activations_stored.npz');
      if (!existsSync(saved)) return this.skip();
      const plan = await planFor(engine, path.join(sharedRuns, 'balanced-cnn'));
      const ofModel = geometryOf(
        await measure(engine, { ...plan, layers: 'penultimate', checkpoints: plan.checkpoints.slice(-1) }),
      );
      const ofFile = geometryOf(await measure(engine, await planFor(engine, saved)));
      present(ofModel.means).cosines.forEach((cosine, at) => {
        const other = present(ofFile.means).cosines[at]!;
        assert.ok(cosine === null ? other === null : Math.abs(cosine - other) < 1e-4, `${at}: ${cosine} ${other}`);
      });
      assert.deepEqual(present(ofFile.picture).samples.classes, present(ofModel.picture).samples.classes);
    });

    it('has what runs of a kind ask for: pairs of labels, distances from the hull, a majority', async function () {
      if (!existsSync(sharedRuns)) return this.skip();
      const last = async (run: string): Promise<Geometry> => {
        const plan = await planFor(engine, path.join(sharedRuns, run));
        return geometryOf(await measure(engine, { ...plan, checkpoints: plan.checkpoints.slice(-1) }));
      };
      const { pairs, dimension } = present((await last('multilabel')).picture);
      assert.equal(pairs?.labels.length, 45);
      assert.equal(pairs.means.length, 45 * dimension);
      assert.equal(pairs.samples.coordinates.length, pairs.samples.pairs.length * dimension);
      const many = await last('many-classes');
      assert.equal(many.separation.kind, 'oneVsRest');
      assert.equal(present(many.separation.rows).values.length, 40);
      assert.equal(many.sphere?.dimension, 3);
      const uneven = await last('imbalanced-mlp/R010');
      assert.equal(uneven.majority, 5);
      assert.deepEqual(uneven.places.slice(0, 5).flat(), [0, 1, 2, 3, 4]);
    });
  });
});
