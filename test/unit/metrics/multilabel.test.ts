import assert from 'node:assert/strict';
import { choices, subsets } from '../../../src/metrics/subsets';
import { measureAll, metricById } from '../../../src/metrics/registry';
import { matrix, randomNumbers, rotated, rotation } from './layer';
import { assertClose, portableTags, withTags, type TagLayer } from './outputs';

/** Every set of these sizes, `repeats` times. */
function allSets(K: number, sizes: readonly number[], repeats: number): number[][] {
  return sizes.flatMap((size) => subsets(K, size, Infinity)).flatMap((set) => Array<number[]>(repeats).fill(set));
}

/** h = c_m Σ_{k∈S} w_k on a rotated simplex: the optimum, with a scale for each number of labels. */
function collapsed(K: number, d: number, sizes: readonly number[], scale: (m: number) => number): TagLayer {
  const flat = matrix(K, d, (k, j) => (j < K ? (j === k ? 1 : 0) - 1 / K : 0));
  const frame = rotated(flat, rotation(d, 4), d);
  const sets = allSets(K, sizes, 2);
  const features = matrix(
    sets.length,
    d,
    (i, j) => scale(sets[i]!.length) * sets[i]!.reduce((sum, k) => sum + frame[k * d + j]!, 0),
  );
  return { classes: K, dimension: d, features, sets };
}

function measured(layer: TagLayer) {
  return measureAll(withTags(layer));
}

describe('subsets', () => {
  it('are all there, in order, or as many as asked for, always the same', () => {
    assert.deepEqual(subsets(4, 2, 6), [
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 2],
      [1, 3],
      [2, 3],
    ]);
    assert.equal(choices(80, 3), 82160);
    assert.equal(subsets(12, 5, 792).length, 792);
    const drawn = subsets(80, 3, 20_000);
    assert.equal(drawn.length, 20_000);
    assert.deepEqual(drawn, subsets(80, 3, 20_000));
    assert.ok(drawn.every((set) => new Set(set).size === 3 && Math.min(...set) >= 0 && Math.max(...set) < 80));
    // Every class is drawn about equally often: 750 times, ± 6 standard deviations.
    const counts = new Array<number>(80).fill(0);
    for (const set of drawn) for (const k of set) counts[k]! += 1;
    assert.ok(counts.every((count) => Math.abs(count - 750) < 165));
    assert.deepEqual(subsets(2, 3, 10), []);
  });
});

describe('multi-label measures at collapse', () => {
  for (const [K, d, sizes] of [
    [4, 6, [1, 2]],
    [5, 5, [1, 2, 3]],
    [7, 9, [1, 2, 3, 4, 5]],
  ] as const) {
    it(`have their limits for K=${K}, d=${d}, up to ${sizes.length} labels`, () => {
      const { metrics } = measured(collapsed(K, d, sizes, (m) => 1 / m + 0.2));
      for (const m of sizes.slice(1)) {
        for (const kind of ['angle', 'scaleResidual', 'nc1']) {
          const value = metrics[`multilabel.${kind}.m${m}`]!;
          assert.ok(Math.abs(value) < 1e-12, `${kind} of ${m}: ${value}`);
        }
        assertClose(metrics[`multilabel.scale.m${m}`], (1 / m + 0.2) / 1.2, 1e-12, `scale of ${m}`);
      }
    });
  }

  // prettier-ignore
  const everyId = [
    'multilabel.angle.m2', 'multilabel.scale.m2', 'multilabel.scaleResidual.m2', 'multilabel.nc1.m2',
    'multilabel.angle.m3', 'multilabel.scale.m3', 'multilabel.scaleResidual.m3', 'multilabel.nc1.m3',
    'multilabel.angle.m4', 'multilabel.scale.m4', 'multilabel.scaleResidual.m4', 'multilabel.nc1.m4',
    'multilabel.angle.m5', 'multilabel.scale.m5', 'multilabel.scaleResidual.m5', 'multilabel.nc1.m5',
  ];

  it('are all there where sets of two to five labels are', () => {
    const { metrics } = measured(collapsed(7, 9, [1, 2, 3, 4, 5], (m) => 1 / m));
    assert.deepEqual(
      Object.keys(metrics)
        .filter((id) => id.startsWith('multilabel.'))
        .toSorted(),
      everyId.toSorted(),
    );
  });

  it('do not take directions beyond rank K−1 for geometry', () => {
    const exact = collapsed(4, 8, [1, 2], () => 1);
    const random = randomNumbers(3);
    const noisy = { ...exact, features: exact.features.map((x) => x + 1e-3 * random()) };
    const { metrics } = measured(noisy);
    assert.ok(metrics['multilabel.nc1.m2']! < 1e-5, String(metrics['multilabel.nc1.m2']));
  });

  it('measure the angle to a sum that nearly cancels', () => {
    // Classes 0 and 1 are opposite but for 1e-9 along the third axis, where their sum therefore points.
    const singles = [
      [0.24, 0.75, 0.5],
      [-0.24, -0.75, -0.499999999],
      [0, 2, 0.1],
    ];
    const sets = [[0], [1], [2], [0, 2], [1, 2]];
    const features = matrix(5, 3, (i, j) => [...singles, [1, 2, 0.5], [-1, 1, 0.2]][i]![j]!);
    const sum = (a: number, b: number) => singles[a]!.map((x, j) => x + singles[b]![j]!);
    const angle = (x: number[], y: number[]) =>
      Math.acos(x.reduce((all, value, j) => all + value * y[j]!, 0) / Math.hypot(...x) / Math.hypot(...y));
    const [p, q] = [
      [1, 2, 0.5],
      [-1, 1, 0.2],
    ] as const;
    const own = (angle([...p], sum(0, 2)) + angle([...q], sum(1, 2))) / 2;
    const pairs = [sum(0, 1), sum(0, 2), sum(1, 2)].flatMap((y) => [angle([...p], y), angle([...q], y)]);
    const any = pairs.reduce((all, value) => all + value, 0) / 6;
    const { metrics } = measured({ classes: 3, dimension: 3, features, sets });
    assertClose(metrics['multilabel.angle.m2'], own / any, 1e-9, 'angle');
  });

  it('see sets whose features have nothing to do with their labels', () => {
    const random = randomNumbers(9);
    const sets = allSets(6, [1, 2], 3);
    const { metrics } = measured({ classes: 6, dimension: 40, features: matrix(sets.length, 40, random), sets });
    assert.ok(Math.abs(metrics['multilabel.angle.m2']! - 1) < 0.15, String(metrics['multilabel.angle.m2']));
    assert.ok(metrics['multilabel.scaleResidual.m2']! > 0.8);
  });
});

describe('multi-label measures stay the same', () => {
  const sets = allSets(5, [1, 2, 3], 3);
  const base = portableTags(
    5,
    7,
    0.3,
    0.2,
    sets,
    sets.map((set) => 1 / set.length),
  );
  const before = measured(base).metrics;
  const ids = Object.keys(before).filter((id) => id.startsWith('multilabel') || id === 'loss.pickAll');

  function same(layer: TagLayer, without: readonly string[] = []): void {
    const after = measured(layer).metrics;
    for (const id of ids.filter((one) => !without.includes(one))) assertClose(after[id], before[id]!, 1e-9, id);
  }

  it('under rotation and scaling', () => {
    same({ ...base, features: rotated(base.features, rotation(7, 8), 7).map((x) => 40 * x) });
  });

  it('when classes and samples come in another order', () => {
    const order = [3, 0, 4, 1, 2];
    const n = sets.length;
    same({
      ...base,
      features: matrix(n, 7, (i, j) => base.features[(n - 1 - i) * 7 + j]!),
      sets: sets.toReversed().map((set) => set.map((k) => order[k]!)),
      logits: matrix(n, 5, (i, k) => base.logits![(n - 1 - i) * 5 + order.indexOf(k)]!),
    });
  });

  it('except the scale, when samples with two labels grow', () => {
    const features = base.features.map((x, at) => (sets[Math.floor(at / 7)]!.length === 2 ? 10 * x : x));
    same({ ...base, features }, ['multilabel.scale.m2']);
    assertClose(
      measured({ ...base, features }).metrics['multilabel.scale.m2'],
      10 * before['multilabel.scale.m2']!,
      1e-12,
      'scale',
    );
  });
});

describe('multi-label measures that cannot be computed', () => {
  const exact = collapsed(4, 6, [1, 2], () => 1);

  function part(wanted: (set: readonly number[], i: number) => boolean, from: TagLayer = exact): TagLayer {
    const rows = from.sets.flatMap((set, i) => (wanted(set, i) ? [i] : []));
    const d = from.dimension;
    return {
      ...from,
      features: matrix(rows.length, d, (i, j) => from.features[rows[i]! * d + j]!),
      sets: rows.map((row) => from.sets[row]!),
    };
  }

  it('are left out of runs without that many labels, and of runs without tags', () => {
    const { metrics, notApplicable } = measured(exact);
    const all = { ...metrics, ...notApplicable };
    assert.ok('multilabel.angle.m2' in all && !('multilabel.angle.m3' in all));
    const { tags, ...without } = withTags(exact);
    assert.ok(tags);
    const plain = measureAll(without);
    assert.ok(!Object.keys({ ...plain.metrics, ...plain.notApplicable }).some((id) => /multilabel|pickAll/.test(id)));
    assert.match(notApplicable!['loss.pickAll']!, /logits are not known/);
    assert.equal(metricById('multilabel.angle.m2')!.id, 'multilabel.angle.m2');
    assert.equal(metricById('multilabel.angle.m1'), undefined);
  });

  it('say that no class was seen alone, or not all that are needed', () => {
    const none = measured(part((set) => set.length > 1)).notApplicable!;
    for (const kind of ['angle', 'scale', 'scaleResidual']) {
      assert.match(none[`multilabel.${kind}.m2`]!, /no sample has a single class/);
    }
    const one = measured(part((set) => set.length > 1 || set[0] === 0)).notApplicable!;
    assert.match(one['multilabel.scale.m2']!, /all its classes also seen alone/);
  });

  it('say that only one set is possible or was seen', () => {
    const two = measured(collapsed(2, 3, [1, 2], () => 1)).notApplicable!;
    assert.match(two['multilabel.angle.m2']!, /only one set of 2 classes is possible/);
    assert.match(two['multilabel.nc1.m2']!, /only one set of 2 classes was seen/);
    assert.match(two['multilabel.scale.m2']!, /zero/);
  });

  it('see nothing within sets of one sample each, nor between equal means', () => {
    assert.match(measured(part((_, i) => i % 2 === 0)).notApplicable!['multilabel.nc1.m2']!, /more than one sample/);
    const equal = measured({ ...exact, features: exact.features.map(() => 0.1) }).notApplicable!;
    assert.match(equal['multilabel.angle.m2']!, /class means are equal/);
    assert.match(equal['multilabel.nc1.m2']!, /means of all sets of 2 classes are equal/);
  });

  it('name a set whose mean, or whose sum, has no direction', () => {
    const dead = exact.features.map((x, at) => (exact.sets[Math.floor(at / 6)]!.join() === '0,2' ? 0 : x));
    assert.match(measured({ ...exact, features: dead }).notApplicable!['multilabel.angle.m2']!, /classes \{0, 2\}/);
    // Classes 0 and 1 opposite.
    const sets = allSets(3, [1, 2], 2);
    const corner = [
      [1, 0],
      [-1, 0],
      [0, 1],
    ];
    const features = matrix(sets.length, 2, (i, j) => sets[i]!.reduce((sum, k) => sum + corner[k]![j]!, 0));
    const moved = features.map((x, at) => (sets[Math.floor(at / 2)]!.join() === '0,1' ? 0.5 : x));
    const found = measured({ classes: 3, dimension: 2, features: moved, sets });
    assert.match(found.notApplicable!['multilabel.angle.m2']!, /classes \{0, 1\} add up to zero/);
    assert.ok(found.metrics['multilabel.scale.m2']! > 0);
  });

  it('see only one direction in one dimension', () => {
    const sets = allSets(4, [1, 2], 2);
    const features = matrix(sets.length, 1, (i) => sets[i]!.reduce((sum, k) => sum + 1 + k, 0));
    const found = measured({ classes: 4, dimension: 1, features, sets }).notApplicable!;
    assert.match(found['multilabel.angle.m2']!, /point the same way/);
  });

  it('keep NaN out', () => {
    const features = exact.features.slice();
    features[features.length - 1] = Number.NaN;
    const { metrics } = measured({ ...exact, features });
    for (const [id, value] of Object.entries(metrics)) assert.ok(Number.isFinite(value), id);
    assert.ok(!('multilabel.angle.m2' in metrics) && !('multilabel.scale.m2' in metrics));
  });
});

describe('multi-label measures of random features', () => {
  it('stay in their ranges', () => {
    const random = randomNumbers(33);
    for (let run = 0; run < 200; run++) {
      const K = 3 + (run % 4);
      const d = 1 + (run % 7);
      const sets = allSets(K, [1, 2, 3], 1 + (run % 2)).filter(() => random() > -0.35);
      const features = matrix(sets.length, d, (i, j) =>
        sets[i]!.reduce((sum, k) => sum + (run % 3) * Math.cos(k + 2 * j), random()),
      );
      const { metrics, notApplicable } = measured({ classes: K, dimension: d, features, sets });
      for (const m of [2, 3].filter((size) => sets.some((set) => set.length === size))) {
        for (const kind of ['angle', 'scale', 'scaleResidual', 'nc1']) {
          const id = `multilabel.${kind}.m${m}`;
          assert.notEqual(id in metrics, id in notApplicable!, id);
          const value = metrics[id];
          if (value === undefined || kind === 'scale') continue;
          assert.ok(value >= 0 && (kind !== 'scaleResidual' || value <= 1 + 1e-12), `${id}: ${value}, run ${run}`);
        }
      }
    }
  });
});
