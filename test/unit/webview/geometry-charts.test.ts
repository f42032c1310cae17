import assert from 'node:assert/strict';
import type { Geometry, Picture } from '../../../src/protocol/geometry';
import type { Report } from '../../../src/protocol/report';
import { twoDigits } from '../../../webview/charts/cell-numbers';
import { departure, neutralCosine, rampColour } from '../../../webview/charts/diverging';
import { everyNth } from '../../../webview/charts/ticks';
import {
  matrixFigure,
  normFigure,
  placeOrder,
  separationFigure,
  spectrumFigure,
} from '../../../webview/charts/geometry-figures';
import {
  between,
  outside,
  pictureFigure,
  pictureKinds,
  reach,
  threeClasses,
} from '../../../webview/charts/picture-figure';
import { planeOf, sphereView } from '../../../webview/charts/plane';
import { similarityOrder } from '../../../webview/charts/similarity-order';
import { rankAxis } from '../../../webview/charts/rank-axis';
import { sampleCheckpoint, sampleReport } from './sample-report';

/** Three classes at the corners of a triangle in a basis that is turned by `angle`. */
function picture(angle = 0, flip = 1): Picture {
  const corner = (degrees: number, size = 2): number[] => {
    const at = (degrees * Math.PI) / 180 + angle;
    return [size * Math.cos(at), flip * size * Math.sin(at)];
  };
  return {
    classes: [0, 1, 2],
    dimension: 2,
    unit: 2,
    means: [...corner(90), ...corner(210), ...corner(330)],
    rows: [...corner(90, 1), ...corner(210, 1), ...corner(330, 1)],
    samples: { classes: [0, 0, 1], coordinates: [...corner(80), ...corner(100), ...corner(210, 10)] },
    pairs: { labels: [[0, 1]], means: corner(150, 1), samples: { pairs: [0], coordinates: corner(150, 1.1) } },
  };
}

function geometry(more: Partial<Geometry> = {}): Geometry {
  return {
    places: [[0], [1], [2]],
    present: 3,
    means: { norms: { values: [2, 2, 5] }, cosines: [null, -0.9, 0.7, null, 0.1, null] },
    rows: { notApplicable: 'no classifier was found' },
    separation: { kind: 'nearest', means: { values: [1, 1, 3] } },
    spectrum: {
      between: { values: [4, 1], count: 2, total: 8 },
      within: { notApplicable: 'the layer is wide' },
    },
    picture: picture(),
    ...more,
  };
}

const near = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} ≠ ${expected}`);

describe('the cosine matrix', () => {
  it('is symmetric with an empty diagonal, in the order that is asked for', () => {
    const figure = matrixFigure(geometry({ majority: 2 }), 'means', ['a', 'b', 'c'], [2, 0, 1]);
    assert.ok('cells' in figure);
    assert.deepEqual(figure.names, ['c', 'a', 'b']);
    const at = (x: number, y: number): number | undefined =>
      figure.cells.find((cell) => cell.x === x && cell.y === y)?.v;
    assert.equal(at(0, 0), undefined);
    assert.equal(at(1, 0), 0.7);
    assert.equal(at(0, 1), 0.7);
    assert.equal(at(2, 1), -0.9);
    assert.equal(figure.neutral, -0.5);
    assert.equal(figure.boundary, undefined, 'only classes in order of size have blocks');
    assert.match(figure.summary, /Largest 0\.7000 between .*, smallest -0\.9000 between/);
    const bySize = matrixFigure(geometry({ majority: 2 }), 'means', [], [0, 1, 2]);
    assert.ok('cells' in bySize && bySize.boundary === 2);
  });

  it('says why there is none', () => {
    assert.deepEqual(matrixFigure(geometry(), 'rows', [], [0, 1, 2]), { missing: 'no classifier was found' });
  });

  it('puts similar classes side by side on demand', () => {
    assert.deepEqual(placeOrder(geometry(), false), [0, 1, 2]);
    const order = placeOrder(geometry(), true);
    assert.equal(Math.abs(order.indexOf(0) - order.indexOf(2)), 1);
    // Two interleaved groups come apart.
    const group = [0, 1, 0, 1, 0, 1];
    const found = similarityOrder(6, (a, b) => (group[a] === group[b] ? 0.9 : -0.5)).map((a) => group[a]);
    assert.ok(found.join('') === '000111' || found.join('') === '111000', found.join(''));
    assert.deepEqual(
      similarityOrder(0, () => 0),
      [],
    );
    assert.deepEqual(similarityOrder(7, () => null).toSorted(), [0, 1, 2, 3, 4, 5, 6]);
  });

  it('is neutral at −1/(K−1), blue below and orange above, the further the stronger', () => {
    assert.equal(neutralCosine(10), -1 / 9);
    assert.equal(neutralCosine(2), -1);
    assert.equal(departure(-1 / 9, -1 / 9), 0);
    assert.ok(departure(-0.5, -1 / 9) < 0 && departure(0.5, -1 / 9) > departure(0.1, -1 / 9));
    assert.equal(departure(1, -0.5), 1);
    const ramp = { low: 'blue', neutral: 'grey', high: 'orange' };
    assert.equal(rampColour(ramp, 0), 'color-mix(in oklab, orange 0%, grey)');
    assert.match(rampColour(ramp, -1), /blue 100%/);
  });

  it('writes numbers short', () => {
    assert.deepEqual([0.123, -0.5, 1, -0.001, -1].map(twoDigits), ['.12', '−.50', '1.00', '.00', '−1.00']);
  });
});

describe('bars and spectrum', () => {
  it('hold the values, their mean where collapse makes them equal, and a text', () => {
    const norms = normFigure(geometry({ majority: 2 }), 'means', ['a', 'b', 'c']);
    assert.ok('series' in norms);
    assert.equal(norms.mean, 3);
    assert.equal(norms.boundary, 2);
    assert.match(norms.summary, /largest 5\.000 at c/);
    const hull = separationFigure(
      geometry({ separation: { kind: 'oneVsRest', means: { values: [0.2] }, rows: { values: [0.3] } }, places: [[0]] }),
      [],
    );
    assert.ok('series' in hull && hull.series.length === 2 && hull.mean === undefined);
  });

  it('mark the K−1 gap only where there are more dimensions, and say what lacks', () => {
    const figure = spectrumFigure(geometry());
    assert.ok('series' in figure);
    assert.equal(figure.gap, 2);
    assert.deepEqual(figure.series[0]?.points, [
      { x: 1, y: 4 },
      { x: 2, y: 1 },
    ]);
    assert.equal(figure.lacks, 'Within classes: the layer is wide.');
    const full = spectrumFigure(
      geometry({
        spectrum: {
          between: { values: [1], count: 1, total: 2 },
          within: { values: [1], ranks: [7], count: 9, total: 2 },
        },
      }),
    );
    assert.ok('series' in full && full.gap === undefined);
    assert.equal(full.series[1]?.points[0]?.x, 7);
  });

  it('have ranks on a log axis where they are many', () => {
    assert.equal(rankAxis(9).kind, 'linear');
    assert.equal(rankAxis(512).kind, 'log');
    assert.deepEqual(
      rankAxis(12).ticks.map(({ value }) => value),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    );
  });

  it('thin names out where there is no room', () => {
    assert.equal(everyNth(10, 400, 15), 1);
    assert.equal(everyNth(100, 400, 15), 5);
  });
});

describe('the picture of collapse', () => {
  it('has the first class on top and the second on the left, however the basis lies', () => {
    for (const source of [picture(), picture(1.3), picture(-2.2, -1)]) {
      const place = planeOf(source, [0, 1, 2])!;
      const [a, b, c] = [0, 1, 2].map((row) => place(source.means, row));
      near(a!.x, 0);
      near(a!.y, 1);
      near(b!.x, -Math.sqrt(3) / 2);
      near(c!.x, Math.sqrt(3) / 2);
      near(b!.y, -0.5);
    }
    assert.equal(planeOf({ ...picture(), means: [0, 0, 1, 0, 2, 0] }, [0, 1, 2]), undefined);
  });

  it('turns the sphere so that the three classes face the reader', () => {
    const means = [0, 0, -1, 0, 1, 0, 1, 0, 0, 0, 0, 1];
    const place = sphereView({ classes: [0, 1, 2, 3], dimension: 3, share: 1, means }, [0, 1, 2])!;
    const spots = [0, 1, 2, 3].map((row) => place(means, row));
    for (const spot of spots) near(Math.hypot(spot.x, spot.y, spot.z), 1);
    assert.ok(spots.slice(0, 3).every(({ z }) => z > 0) && spots[3]!.z < 0);
    near(spots[0]!.x, 0);
    assert.ok(spots[0]!.y > 0 && spots[1]!.x < 0 && spots[2]!.x > 0);
    const flat = [1, 0, 0, 1, -1, 0];
    const circle = sphereView({ classes: [0, 1, 2], dimension: 2, share: 1, means: flat }, [0, 1, 2])!;
    near(circle(flat, 0).y, 1);
    near(circle(flat, 1).x, -1);
    // Seen in a mirror, the second class still stands on the left.
    const mirrored = [1, 0, 0, -1, -1, 0];
    near(sphereView({ classes: [0, 1, 2], dimension: 2, share: 1, means: mirrored }, [0, 1, 2])!(mirrored, 1).x, -1);
  });

  it('holds samples, means, rows and pairs of the three classes', () => {
    const figure = pictureFigure(geometry(), 'plane', [0, 1, 2]);
    assert.ok('series' in figure);
    const count = (role: string): number =>
      figure.series.filter((one) => one.role === role).reduce((sum, { spots }) => sum + spots.length, 0);
    assert.deepEqual(['samples', 'means', 'rows', 'pairMeans', 'pairSamples'].map(count), [3, 3, 3, 1, 1]);
    const pair = figure.series.find(({ role }) => role === 'pairMeans');
    assert.deepEqual(pair?.of, [[0, 1]]);
    near(pair.spots[0]!.y, 0.25);
    assert.deepEqual(outside(figure, 1.5), { outside: 1, samples: 4 });
    assert.equal(outside(figure, 1.5, 4).outside, 1);
    assert.ok(reach([figure]) >= 1.35 && reach([figure]) <= 1.8);
  });

  it('goes from one epoch to the next along straight lines', () => {
    const from = pictureFigure(geometry(), 'plane', [0, 1, 2]);
    const later = { ...picture(), samples: { classes: [0, 0, 1], coordinates: [0, 0, 0, 0, 0, 0] } };
    const to = pictureFigure(geometry({ picture: later }), 'plane', [0, 1, 2]);
    assert.ok('series' in from && 'series' in to);
    const half = between(from, to, 0.5);
    near(half.series[0]!.spots[0]!.y, from.series[0]!.spots[0]!.y / 2);
  });

  it('chooses three classes that can be drawn, and in imbalanced runs the largest with the smallest', () => {
    const report = (more: Partial<Geometry>): Report => {
      const own = sampleReport([{ ...sampleCheckpoint(1, 0.5), geometry: geometry(more) }]);
      return own;
    };
    const five = { ...picture(), classes: [0, 1, 2, 3, 4] };
    assert.deepEqual(threeClasses(report({ picture: five }), 'plane', undefined), [0, 1, 2]);
    assert.deepEqual(threeClasses(report({ picture: five }), 'plane', [4, 2, 0]), [4, 2, 0]);
    assert.deepEqual(threeClasses(report({ picture: five }), 'plane', [4, 4, 0]), [0, 1, 2]);
    assert.deepEqual(threeClasses(report({ picture: five }), 'plane', [9, 2, 0]), [0, 1, 2]);
    const uneven = { picture: five, places: [[3], [0], [4], [2], [1]], majority: 2 };
    assert.deepEqual(threeClasses(report(uneven), 'plane', undefined), [3, 2, 1]);
    assert.equal(threeClasses(report({ picture: { ...picture(), classes: [0, 1] } }), 'plane', undefined), undefined);
  });

  it('is the sphere first where no simplex fits and three directions tell enough', () => {
    const sphere = { classes: [0, 1, 2], dimension: 3, share: 0.8, means: [1, 0, 0, 0, 1, 0, 0, 0, 1] };
    const run = (classes: number, share: number): Report => {
      const report = sampleReport([
        { ...sampleCheckpoint(1, 0.5), geometry: geometry({ sphere: { ...sphere, share } }) },
      ]);
      return { ...report, run: { ...report.run, classes } };
    };
    assert.deepEqual(pictureKinds(run(9, 0.8)), ['sphere', 'plane']);
    assert.deepEqual(pictureKinds(run(9, 0.1)), ['plane', 'sphere']);
    assert.deepEqual(pictureKinds(run(5, 0.8)), ['plane', 'sphere']);
    assert.deepEqual(pictureKinds(sampleReport([sampleCheckpoint(1, 0.5)])), []);
  });
});
