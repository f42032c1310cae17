import assert from 'node:assert/strict';
import type { Geometry, Picture, Sphere } from '../../../src/protocol/geometry';
import { twoDigits } from '../../../webview/charts/cell-numbers';
import { tsv } from '../../../webview/charts/figure-table';
import { matrixFigure, normFigure, separationFigure, spectrumFigure } from '../../../webview/charts/geometry-figures';
import { barTable, matrixTable, pictureTable, spectrumTable } from '../../../webview/charts/geometry-table';
import { blend, lightness, mix } from '../../../webview/charts/oklab';
import { pictureFigure } from '../../../webview/charts/picture-figure';
import { FONT, type Picture as Sheet, PRINT_COLOURS, WIDTH } from '../../../webview/charts/picture-frame';
import { widthOf } from '../../../webview/charts/svg-text';
import { barPicture } from '../../../webview/charts/vector-bars';
import { collapsePicture } from '../../../webview/charts/vector-collapse';
import { matrixPicture } from '../../../webview/charts/vector-matrix';
import { spectrumPicture } from '../../../webview/charts/vector-spectrum';

const NAMES = ['cat', 'dog', 'cow'];
const HOSTILE = '<script>x</script>&"\u0007';

const picture: Picture = {
  classes: [0, 1, 2],
  dimension: 2,
  unit: 2,
  means: [0, 2, -1.7, -1, 1.7, -1],
  rows: [0, 1, -0.9, -0.5, 0.9, -0.5],
  samples: { classes: [0, 0, 1, 2], coordinates: [0.1, 1.9, -0.1, 2.1, -1.6, -1, 1.8, -1.1] },
  pairs: { labels: [[0, 1]], means: [-0.8, 0.5], samples: { pairs: [0], coordinates: [-0.9, 0.4] } },
};
const sphere: Sphere = {
  classes: [0, 1, 2, 3],
  dimension: 3,
  share: 0.9,
  means: [1, 0, 0, 0, 1, 0, 0, 0, 1, -1, 0, 0],
};
const geometry: Geometry = {
  places: [[0], [1], [2]],
  majority: 1,
  present: 3,
  means: { norms: { values: [2, 1, 4] }, cosines: [null, -0.9, 0.7, null, 0.1, null] },
  rows: {
    norms: {
      values: [1, 2, 3],
      ranges: [
        [0.5, 2],
        [1, 3],
        [2, 4],
      ],
    },
    cosines: [0.3, 0.2, 0.1, 0.4, 0.6, 0.8],
  },
  separation: { kind: 'oneVsRest', means: { values: [0.1, 0.2, 0.3] }, rows: { values: [0.4, 0.5, 0.6] } },
  spectrum: {
    between: { values: [4, 1], count: 2, total: 8 },
    within: { values: [8, 2, 1e-3], ranks: [1, 2, 40], count: 40, total: 80 },
  },
  picture,
  sphere,
};

function drawn<T extends object>(figure: T | { missing: string }): T {
  assert.ok(!('missing' in figure));
  return figure;
}
const count = (svg: string, part: string): number => svg.split(part).length - 1;

const matrix = (which: 'means' | 'rows', order = [0, 1, 2], names = NAMES) =>
  drawn(matrixFigure(geometry, which, names, order));
const collapse = (kind: 'plane' | 'sphere') => drawn(pictureFigure(geometry, kind, [0, 1, 2]));

describe('tables of the geometry', () => {
  it('have one row and one column a class for a matrix, in the order that is shown', () => {
    const table = matrixTable(matrix('means', [2, 0, 1]), 'Cosines');
    assert.deepEqual(table.columns, ['class', 'cow', 'cat', 'dog']);
    assert.deepEqual(table.rows, [
      { name: 'cow', values: [undefined, 0.7, 0.1] },
      { name: 'cat', values: [0.7, undefined, -0.9] },
      { name: 'dog', values: [0.1, -0.9, undefined] },
    ]);
    assert.equal(tsv(table).split('\n')[2], 'cat\t0.7\t\t-0.9');
  });

  it('have the value of each class, with its range where there is one', () => {
    const plain = barTable(drawn(normFigure(geometry, 'means', NAMES)), 'Norms');
    assert.deepEqual(plain.columns, ['class', 'class mean, norm (units of features)']);
    assert.deepEqual(
      plain.rows.map(({ values }) => values),
      [[2], [1], [4]],
    );
    const blocks = barTable(drawn(normFigure(geometry, 'rows', NAMES)), 'Norms');
    assert.deepEqual(blocks.columns.slice(2), ['classifier row, smallest', 'classifier row, largest']);
    assert.deepEqual(blocks.rows[1], { name: 'dog', values: [2, 1, 3] });
    const hull = barTable(drawn(separationFigure(geometry, NAMES)), 'Distances');
    assert.deepEqual(hull.rows[2], { name: 'cow', values: [0.3, 0.6] });
  });

  it('have one row a rank for the spectrum, empty where a covariance has none', () => {
    const table = spectrumTable(drawn(spectrumFigure(geometry)), 'Spectrum');
    assert.equal(table.columns.length, 3);
    assert.deepEqual(table.rows, [
      { name: '1', values: [4, 8] },
      { name: '2', values: [1, 2] },
      { name: '40', values: [undefined, 1e-3] },
    ]);
  });

  it('have every point of the picture with its group, class and kind', () => {
    const plane = collapse('plane');
    const table = pictureTable(plane, NAMES, 'Picture');
    assert.deepEqual(table.columns, ['group', 'class', 'kind', 'x', 'y']);
    assert.equal(table.rows.length, 4 + 3 + 3 + 1 + 1);
    const left = table.rows.filter(({ name, values }) => name === 'left class' && values[1] === 'class mean');
    const { x, y } = plane.series.find(({ role, style }) => role === 'means' && style === 1)!.spots[0]!;
    assert.deepEqual(left, [{ name: 'left class', values: ['dog', 'class mean', x, y] }]);
    const pairs = table.rows.filter(({ name }) => name === 'two classes').map(({ values }) => values[0]);
    assert.deepEqual(pairs, ['cat + dog', 'cat + dog']);
    assert.match(tsv(table), /^top class\tcat\tsample\t/m);
    const onSphere = pictureTable(collapse('sphere'), NAMES, 'Picture');
    assert.equal(onSphere.columns.at(-1), 'z');
    assert.ok(onSphere.rows.some(({ name, values }) => name === 'other classes' && values[0] === 'class 3'));
  });
});

describe('vector pictures of the geometry', () => {
  it('have every cosine as a cell with its number', () => {
    for (const which of ['means', 'rows'] as const) {
      const figure = matrix(which);
      const { svg } = matrixPicture(figure, 'Cosines', PRINT_COLOURS);
      const cells = figure.cells.filter(({ v }) => v !== undefined);
      const inside = svg.slice(svg.indexOf('<g>'), svg.indexOf('</g>'));
      assert.equal(count(inside, '<rect'), cells.length);
      const numbers = [...inside.matchAll(/>([^<>]+)<\/text>/g)].map(([, text]) => text);
      assert.deepEqual(
        numbers,
        cells.map(({ v }) => twoDigits(v!)),
      );
      for (const name of NAMES) assert.equal(count(svg, `>${name}<`), 2, name);
      const key = [...svg.slice(svg.lastIndexOf('<rect')).matchAll(/<text x="([\d.]+)"[^>]*>([^<]+)</g)];
      assert.deepEqual(
        key.map(([, , text]) => text),
        ['−1', '−0.5', 'at collapse', '0.5', '1'],
      );
      for (const [, x, text] of key) assert.ok(Number(x) + widthOf(text!, FONT) < WIDTH, text);
    }
  });

  it('have a bar for every value, as long as it says', () => {
    const { svg } = barPicture(drawn(normFigure(geometry, 'means', NAMES)), 'Norms', PRINT_COLOURS);
    const bars = [...svg.matchAll(/height="([\d.]+)" fill="#1a6fd0" fill-opacity="([\d.]+)"/g)];
    const heights = bars.map(([, height]) => Number(height));
    assert.equal(heights.length, 3);
    assert.ok(Math.abs(heights[0]! / heights[1]! - 2) < 1e-3 && Math.abs(heights[2]! / heights[1]! - 4) < 1e-3);
    assert.deepEqual(
      bars.map(([, , fill]) => Number(fill)),
      [0.6, 0, 0],
      'the minority is hollow',
    );
    assert.match(svg, /dashed: mean 2\.333/);
    const hull = barPicture(drawn(separationFigure(geometry, NAMES)), 'Distances', PRINT_COLOURS);
    assert.equal(count(hull.svg, 'fill-opacity'), 6 + 2, 'two in the legend');
    const floating = barPicture(drawn(normFigure(geometry, 'rows', NAMES)), 'Norms', PRINT_COLOURS).svg;
    const ranges = [...floating.matchAll(/height="([\d.]+)" fill="#1a6fd0"/g)].map(([, height]) => Number(height));
    assert.ok(Math.abs(ranges[1]! / ranges[0]! - 2 / 1.5) < 1e-3, 'from the smallest to the largest');
  });

  it('have every eigenvalue on its curve, and where the K − 1 end', () => {
    const { svg } = spectrumPicture(drawn(spectrumFigure(geometry)), 'Spectrum', PRINT_COLOURS);
    assert.equal(svg.match(/<circle/g)?.length, 1 + 2);
    const [within] = svg.match(/d="M[^"]*" fill="none"[^>]*stroke="#b5650b"/) ?? [];
    assert.equal(within?.match(/[ML]/g)?.length, 3);
    assert.match(svg, />K − 1 = 2</);
  });

  it('have every point of the picture of collapse, one unit as long on both axes', () => {
    for (const kind of ['plane', 'sphere'] as const) {
      const figure = collapse(kind);
      const frame = { half: 1.4, classNames: NAMES };
      const { svg } = collapsePicture(figure, frame, 'Picture', PRINT_COLOURS);
      for (const role of new Set(figure.series.map((one) => one.role))) {
        const points = figure.series.filter((one) => one.role === role).flatMap(({ spots }) => spots);
        const groups = [...svg.matchAll(new RegExp(`<g class="${role}">(.*?)</g>(?=<g class|<text|</g>$)`, 'g'))];
        const marks = groups.map(([, inside]) => inside).join('');
        const shape = { samples: '<g ', rows: '<polygon', means: '<g ', pairMeans: '<g ', pairSamples: '<path' }[role];
        assert.equal(count(marks, shape), points.length, `${kind} ${role}`);
      }
      for (const name of NAMES) assert.equal(count(svg, `>${name}<`), 2, 'in the legend and at its mean');
    }
    const { svg } = collapsePicture(collapse('plane'), { half: 1.4, classNames: NAMES }, 'Picture', PRINT_COLOURS);
    const tips = [
      ...svg.matchAll(/<line x1="([\d.]+)" y1="([\d.]+)" x2="([\d.]+)" y2="([\d.]+)"[^>]*stroke-width="2"/g),
    ];
    const drawnTips = tips.map(([, x0, y0, x, y]) => [Number(x) - Number(x0), Number(y0) - Number(y)] as const);
    const rows = collapse('plane')
      .series.filter(({ role }) => role === 'rows')
      .flatMap(({ spots }) => spots);
    const unit = 460 / 2.8;
    rows.forEach(({ x, y }, at) => {
      const [dx, dy] = drawnTips[at]!;
      assert.ok(Math.hypot(dx - x * unit, dy - y * unit) < 0.05, `row ${at}`);
    });
  });

  it('are well-formed whatever the names are', () => {
    const names = [HOSTILE, HOSTILE, HOSTILE];
    const sheets: Sheet[] = [
      matrixPicture(matrix('rows', [0, 1, 2], names), HOSTILE, PRINT_COLOURS),
      barPicture(drawn(separationFigure(geometry, names)), HOSTILE, PRINT_COLOURS),
      spectrumPicture(drawn(spectrumFigure(geometry)), HOSTILE, PRINT_COLOURS),
      collapsePicture(collapse('plane'), { half: 1.4, classNames: names }, HOSTILE, PRINT_COLOURS),
      collapsePicture(collapse('sphere'), { half: 1.1, classNames: names }, HOSTILE, PRINT_COLOURS),
    ];
    for (const { svg } of sheets) {
      assert.ok(!svg.includes('<script') && !svg.includes('\u0007') && !/NaN|undefined|color-mix/.test(svg));
      assert.ok(svg.includes('script&#62;'), 'the name is there, as text');
      const stack: string[] = [];
      for (const [, start, closed, end] of svg.matchAll(/<(\w+)[^>]*?(\/?)>|<\/(\w+)>/g)) {
        if (end) assert.equal(stack.pop(), end);
        else if (!closed) stack.push(start!);
      }
      assert.deepEqual(stack, []);
    }
  });
});

describe('mixed colours', () => {
  it('are those of CSS color-mix in oklab', () => {
    assert.equal(mix('#1a6fd0', '#ffffff', 1), 'rgb(26, 111, 208)');
    assert.equal(mix('#1a6fd0', 'rgb(255, 255, 255)', 0), 'rgb(255, 255, 255)');
    assert.equal(blend('#ffffff', 'rgb(0, 0, 0)', 0.1), 'rgb(26, 26, 26)', 'as the page’s neutral colour');
    // Half black, half white has a lightness of one half: sRGB 99.
    assert.equal(mix('#000000', '#ffffff', 0.5), 'rgb(99, 99, 99)');
    assert.ok(Math.abs(lightness('#ffffff') - 1) < 1e-6 && lightness('#000000') === 0);
  });
});
