import assert from 'node:assert/strict';
import { drift } from '../../../src/metrics/drift';
import { measureAll } from '../../../src/metrics/registry';
import { taskClasses } from '../../../src/engine/task-classes';
import { matrix, metricInput, portableLayer, type Layer } from './layer';
import { withLogits } from './outputs';

const tasks = { old: [0, 2], now: [1, 3] };
const layer = portableLayer([5, 4, 3, 6], 6, 0.4, 0.3, 0.5);

/** From the features themselves, sample by sample. */
function byHand({ classes, dimension: d, features, labels, weight }: Layer, group: readonly number[]) {
  const counts = new Array<number>(classes).fill(0);
  const means = new Float64Array(classes * d);
  labels.forEach((k, i) => {
    counts[k]!++;
    for (let j = 0; j < d; j++) means[k * d + j]! += features[i * d + j]!;
  });
  for (let k = 0; k < classes; k++) for (let j = 0; j < d; j++) means[k * d + j]! /= counts[k]!;
  const centre = Array.from({ length: d }, (_, j) => {
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += means[k * d + j]! / classes;
    return sum;
  });
  const centred = (k: number): number[] => centre.map((c, j) => means[k * d + j]! - c);
  const norm = (v: readonly number[]): number => Math.hypot(...v);
  let within = 0;
  let samples = 0;
  labels.forEach((k, i) => {
    if (!group.includes(k)) return;
    samples++;
    for (let j = 0; j < d; j++) within += (features[i * d + j]! - means[k * d + j]!) ** 2;
  });
  const between = group.reduce((sum, k) => sum + norm(centred(k)) ** 2, 0) / group.length;
  const rows = group.flatMap((k) => Array.from(weight!.subarray(k * d, (k + 1) * d)));
  const own = group.flatMap(centred);
  return {
    traceRatio: within / samples / between,
    duality: rows.reduce((sum, w, i) => sum + (w / norm(rows) - own[i]! / norm(own)) ** 2, 0),
  };
}

describe('classes that are learned task by task', () => {
  it('are measured apart: "tasks.old.traceRatio", "tasks.new.traceRatio", "tasks.old.duality", "tasks.new.duality"', () => {
    const { metrics } = measureAll({ ...withLogits(layer), training: { tasks } });
    for (const [part, group] of [
      ['old', tasks.old],
      ['new', tasks.now],
    ] as const) {
      const { traceRatio, duality } = byHand(layer, group);
      assert.ok(Math.abs(metrics[`tasks.${part}.traceRatio`]! / traceRatio - 1) < 1e-12, part);
      assert.ok(Math.abs(metrics[`tasks.${part}.duality`]! / duality - 1) < 1e-12, part);
    }
  });

  it('compare angles of three classes and more, and classes of tasks to come change nothing: "tasks.old.cosStd", "tasks.new.cosStd"', () => {
    const six = portableLayer([5, 4, 3, 6, 4, 5], 7, 0.2, 0.3, 0.5);
    const learned = { old: [0, 1, 2], now: [3] };
    const { metrics } = measureAll({ ...withLogits(six), training: { tasks: learned } });
    const alone = six.labels.map((k, i) => (k < 4 ? i : -1)).filter((i) => i >= 0);
    const four: Layer = {
      classes: 4,
      dimension: 7,
      features: matrix(alone.length, 7, (i, j) => six.features[alone[i]! * 7 + j]!),
      labels: Int32Array.from(alone, (i) => six.labels[i]!),
      weight: six.weight!.slice(0, 28),
    };
    const expected = measureAll({ ...withLogits(four), training: { tasks: learned } }).metrics;
    for (const id of ['tasks.old.cosStd', 'tasks.old.traceRatio', 'tasks.old.duality', 'tasks.new.duality'])
      assert.ok(Math.abs(metrics[id]! / expected[id]! - 1) < 1e-12, id);
    const whole = measureAll({ ...withLogits(four), training: { tasks: { old: [0, 1], now: [2, 3] } } }).metrics;
    assert.equal(whole['tasks.new.cosStd'], undefined);
    const now = measureAll({ ...withLogits(four), training: { tasks: { old: [], now: [0, 1, 2, 3] } } }).metrics;
    assert.ok(Math.abs(now['tasks.new.cosStd']! / now['nc2.means.cosStd']! - 1) < 1e-12);
    assert.ok(Math.abs(now['tasks.new.traceRatio']! / now['nc1.traceRatio']! - 1) < 1e-12);
    assert.ok(Math.abs(now['tasks.new.duality']! / now['nc3']! - 1) < 1e-12);
  });

  it('add up to the whole: "tasks.old.accuracy" and "tasks.new.accuracy", weighted by their samples', () => {
    const { metrics } = measureAll({ ...withLogits(layer), training: { tasks } });
    const whole = (8 * metrics['tasks.old.accuracy']! + 10 * metrics['tasks.new.accuracy']!) / 18;
    assert.ok(Math.abs(whole - metrics['accuracy']!) < 1e-15);
  });

  it('have their limits in a simplex of all classes', () => {
    const frame = matrix(4, 4, (k, j) => (j === k ? 1 : 0) - 1 / 4);
    const labels = Int32Array.from({ length: 12 }, (_, i) => i % 4);
    const exact: Layer = {
      classes: 4,
      dimension: 4,
      labels,
      features: matrix(12, 4, (i, j) => 2 * frame[labels[i]! * 4 + j]!),
      weight: frame,
    };
    const { metrics } = measureAll({ ...withLogits(exact), training: { tasks } });
    for (const part of ['old', 'new']) {
      for (const measure of ['traceRatio', 'duality'])
        assert.ok(metrics[`tasks.${part}.${measure}`]! < 1e-15, `${part} ${measure}`);
      assert.equal(metrics[`tasks.${part}.accuracy`], 1);
    }
  });

  it('drift apart: "tasks.old.drift" and "tasks.new.drift" are means over the classes of each', () => {
    const before = metricInput(portableLayer([5, 4, 3, 6], 6, 0.1, 0.3, 0.5)).statistics;
    const now = metricInput(portableLayer([5, 4, 3, 6], 6, 0.8, 0.3, 0.5)).statistics;
    const found = drift(before, now, tasks);
    const [a, b, c, d] = found.perClass['drift.means']!;
    assert.ok(Math.abs(found.metrics['tasks.old.drift']! - (a! + c!) / 2) < 1e-15);
    assert.ok(Math.abs(found.metrics['tasks.new.drift']! - (b! + d!) / 2) < 1e-15);
    assert.equal(drift(before, now).metrics['tasks.old.drift'], undefined, 'no tasks, no drift of tasks');
  });

  it('say why there is nothing: no old class yet, no samples, not even tasks', () => {
    const first = measureAll({ ...withLogits(layer), training: { tasks: { old: [], now: [0, 1, 2, 3] } } });
    assert.match(first.notApplicable!['tasks.old.traceRatio']!, /first task is being learned/);
    assert.match(first.notApplicable!['tasks.old.accuracy']!, /first task is being learned/);
    assert.match(
      drift(undefined, metricInput(layer).statistics, tasks).notApplicable!['tasks.old.drift']!,
      /no earlier/,
    );
    const gap: Layer = { ...layer, labels: layer.labels.map((k) => (k === 2 ? 0 : k)) };
    const empty = measureAll({ ...withLogits(gap), training: { tasks: { old: [2], now: [0, 1, 3] } } });
    assert.match(empty.notApplicable!['tasks.old.traceRatio']!, /has samples/);
    const one = measureAll({ ...withLogits(layer), training: { tasks: { old: [0, 1], now: [2, 3] } } });
    for (const part of ['old', 'new'])
      assert.match(one.notApplicable![`tasks.${part}.cosStd`]!, /no two angles/, 'one pair has no spread');
    assert.equal(measureAll(withLogits(layer)).metrics['tasks.old.traceRatio'], undefined);
  });

  it('are told by epoch where the manifest says when each begins, else the last one named is new', () => {
    const plan = [
      { classes: [0, 1], from: 0 },
      { classes: [2], from: 10 },
      { classes: [3], from: 20 },
    ];
    assert.deepEqual(taskClasses(plan, 9), { old: [], now: [0, 1] });
    assert.deepEqual(taskClasses(plan, 10), { old: [0, 1], now: [2] });
    assert.deepEqual(taskClasses(plan, 25), { old: [0, 1, 2], now: [3] });
    assert.deepEqual(taskClasses(plan, -1), { old: [], now: [0, 1] });
    assert.deepEqual(taskClasses([{ classes: [0] }, { classes: [1] }], 3), { old: [0], now: [1] });
    assert.deepEqual(taskClasses(plan, undefined), { old: [0, 1, 2], now: [3] });
  });
});
