/** How lists of metrics are made, whatever the registry holds: by paper, in words, by where they stand, by likeness. */
import assert from 'node:assert/strict';
import { byPaper } from '../../../src/metrics/by-paper';
import { families, familyTitles } from '../../../src/metrics/family-titles';
import { limitAsNumber, limitInWords, needsInWords } from '../../../src/metrics/in-words';
import type { Metric } from '../../../src/metrics/metric';
import { nearestIds } from '../../../src/metrics/nearest-ids';
import { metrics } from '../../../src/metrics/registry';
import { measuredIn, NOT_IN_RUN, standing } from '../../../src/metrics/standing';
import { papers } from '../../../src/papers/catalogue';
import { sampleCheckpoint, sampleReport } from '../webview/sample-report';
import { madeUp } from '../webview/made-up';

describe('metrics by paper', () => {
  it('hold every metric of the registry once, under its source, in the catalogue’s order', () => {
    const groups = byPaper(metrics);
    const placed = groups.flatMap((group) => group.metrics.map(({ id }) => id));
    assert.deepEqual(placed.toSorted(), metrics.map(({ id }) => id).toSorted());
    const order = groups.map(({ paper }) => papers.indexOf(paper));
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
    );
    for (const { paper, metrics: own } of groups) assert.ok(own.every((metric) => metric.papers[0] === paper.key));
  });

  it('leave out papers without a metric', () => {
    const groups = byPaper([
      madeUp('b', { papers: ['hesu2023', 'papyan2020'] }),
      madeUp('a', { papers: ['fang2021'] }),
    ]);
    assert.deepEqual(
      groups.map(({ paper, metrics: own }) => [paper.key, own.map(({ id }) => id)]),
      [
        ['fang2021', ['a']],
        ['hesu2023', ['b']],
      ],
    );
  });
});

describe('families', () => {
  it('have a title each, and hold every metric', () => {
    assert.equal(new Set(Object.values(familyTitles)).size, families.length);
    for (const { family, id } of metrics) assert.ok(families.includes(family), id);
  });
});

describe('a metric in words', () => {
  const words = (more: Partial<Metric>, classes?: number): string => limitInWords(madeUp('a', more), classes);

  it('says its limit for the run, or by example', () => {
    assert.equal(words({}), '0');
    assert.equal(words({ limit: () => 1, percent: true }), '100\u202f%');
    const simplex = { limit: (classes: number) => -1 / (classes - 1) };
    assert.equal(words(simplex, 5), '-0.25');
    assert.equal(words(simplex), '-0.5 for 3 classes, -0.1111 for 10');
    assert.equal(words({ ...simplex, limitText: 'the simplex' }, 5), 'the simplex');
    assert.equal(limitInWords(unlimited()), '–');
  });

  it('gives a number for columns only where there is a finite one', () => {
    assert.equal(limitAsNumber(madeUp('a', { limit: () => 1, limitText: 'one' }), 3), '1');
    assert.equal(limitAsNumber(madeUp('a', { limit: () => Infinity }), 3), '');
    assert.equal(limitAsNumber(unlimited(), 3), '');
  });

  it('says what it needs beside features and labels', () => {
    assert.deepEqual(needsInWords(madeUp('a')), ['features and labels']);
    assert.deepEqual(needsInWords(madeUp('a', { needs: ['test', 'noise'] })), [
      'features and labels',
      'held-out data',
      'the clean labels beside the noisy ones',
    ]);
  });

  function unlimited(): Metric {
    const metric = madeUp('a');
    delete metric.limit;
    return metric;
  }
});

describe('where a metric stands in a run', () => {
  const report = sampleReport([sampleCheckpoint(0, 8), sampleCheckpoint(2, 2)]);

  it('is its latest value, wherever the report keeps it', () => {
    assert.deepEqual(standing(report, 'nc1'), { measured: true, latest: 2 });
    assert.deepEqual(standing(report, 'nc1.traceRatio'), { measured: true, latest: 4 });
  });

  it('is a reason where the last checkpoint has no value', () => {
    assert.deepEqual(standing(report, 'nc3'), { measured: false, reason: 'no classifier was found' });
    assert.deepEqual(standing(report, 'multilabel.angle'), { measured: false, reason: NOT_IN_RUN });
    const stopped = structuredClone(report);
    delete stopped.checkpoints[1]!.metrics['accuracy'];
    assert.deepEqual(standing(stopped, 'accuracy'), { measured: true, reason: NOT_IN_RUN });
    assert.equal(standing(sampleReport([]), 'nc1').reason, 'nothing is measured yet');
  });

  it('tells what was measured, in order', () => {
    assert.deepEqual(
      measuredIn(report, metrics).map(({ id }) => id),
      ['nc1', 'nc1.traceRatio', 'nc4', 'accuracy', 'ncc.accuracy'],
    );
  });
});

describe('the ids nearest to what was written', () => {
  const ids = ['nc1', 'nc1.traceRatio', 'nc2.means.normCv', 'nc2.weights.normCv', 'nc3', 'accuracy', 'accuracy.test'];
  const cases: [string, string][] = [
    ['NC3', 'nc3'],
    ['nc1.traceratio', 'nc1.traceRatio'],
    ['tracRatio', 'nc1.traceRatio'],
    ['nc2.mean.normCv', 'nc2.means.normCv'],
    ['acuracy', 'accuracy'],
    ['weights', 'nc2.weights.normCv'],
    ['accuracy.tset', 'accuracy.test'],
  ];
  for (const [text, expected] of cases) {
    it(`begin with ${expected} for ${text}`, () => assert.equal(nearestIds(text, ids)[0], expected));
  }

  it('are as many as asked for, whatever was written', () => {
    assert.equal(nearestIds('', ids).length, 3);
    assert.equal(nearestIds('x'.repeat(200), ids, 2).length, 2);
  });
});
