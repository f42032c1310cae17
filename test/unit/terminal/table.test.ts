import assert from 'node:assert/strict';
import { metrics } from '../../../src/metrics/registry';
import { align, clip, LINE, wrap } from '../../../src/terminal/columns';
import { renderMetric, renderMetrics } from '../../../src/terminal/metric-catalogue';
import { renderReport } from '../../../src/terminal/table';
import { madeUp } from '../webview/made-up';
import { sampleCheckpoint, sampleReport } from '../webview/sample-report';

const longest = (text: string): number => Math.max(...text.split('\n').map((line) => [...line].length));

describe('the table of a single checkpoint', () => {
  const checkpoint = {
    ...sampleCheckpoint(3, 0.5),
    notApplicable: { nc3: 'no classifier was found', 'nc2.weights.normCv': 'no classifier was found', 'nc4.test': 'x' },
  };
  const lines = renderReport(sampleReport([checkpoint])).split('\n');

  it('stands under the families, in order', () => {
    const start = lines.findIndex((line) => line.startsWith('metric '));
    assert.deepEqual(
      lines.slice(start, start + 8).map((line) => line.replace(/ {2,}/g, ' | ')),
      [
        'metric | value | at collapse',
        'Within-class variability',
        ' | nc1 | 0.5000 | 0 | NC1 within-class variability',
        'Nearest class centre',
        ' | nc4 | 0.00% | 0.00% | NC4 nearest-centre mismatch, training data',
        'Accuracy',
        ' | accuracy | 90.00% | 100.00% | Training accuracy',
        '',
      ],
    );
  });

  it('says each reason once, with all it concerns', () => {
    const at = lines.indexOf('not applicable');
    assert.deepEqual(lines.slice(at + 1, at + 3).toSorted(), [
      '  nc2.weights.normCv, nc3: no classifier was found',
      '  nc4.test: x',
    ]);
  });
});

describe('the list of metrics', () => {
  it('names every metric, in lines of at most a hundred characters', () => {
    const text = renderMetrics(metrics);
    for (const { id } of metrics) assert.match(text, new RegExp(`^  ${id.replaceAll('.', '\\.')} `, 'm'));
    assert.ok(longest(text) <= LINE, String(longest(text)));
  });

  it('stays within them whatever the names', () => {
    const long = madeUp('multilabel.scaleResidual.of.all.sets', {
      name: 'A name that is much too long for any column of a terminal whatever its font',
      limitText: 'a limit that takes a good many words to say',
    });
    const text = renderMetrics([...metrics, long]);
    assert.ok(longest(text) <= LINE);
    assert.match(
      text,
      /Yaras et al\. 2022 · Normalised features and classifier \(yaras2022\)\n(?: {2}.*\n)* {2}multilabel\.scaleResidual\.of\.all\.sets .*…/,
    );
  });
});

describe('a metric explained', () => {
  for (const metric of metrics) {
    it(`has formula, facts and addresses for ${metric.id}`, () => {
      const text = renderMetric(metric);
      const [first] = text.split('\n');
      assert.equal(first, `${metric.id}: ${metric.name}`);
      assert.ok(text.includes(`\n  ${metric.formula}\n`));
      assert.ok(text.includes(metric.range));
      assert.match(text, /^needs +features and labels$/m);
      assert.match(text, /^at collapse +\S/m);
      assert.match(text, /^ {2}https:\/\/\S+$/m);
      const prose = text.replace(metric.formula, '').replace(/^ {2}https:.*$/gm, '');
      assert.ok(longest(prose) <= LINE, prose);
    });
  }
});

describe('columns', () => {
  it('line up', () => {
    assert.deepEqual(align([['a', '1', 'x'], ['bb', '10', 'yy']], [0, 2]), ['a    1  x', 'bb  10  yy']); // prettier-ignore
  });

  it('clip and wrap', () => {
    assert.equal(clip('μ und κ', 7), 'μ und κ');
    assert.equal(clip('μ und κλ', 7), 'μ und…');
    assert.deepEqual(wrap('short'), ['short']);
    const lines = wrap(`${'word '.repeat(40)}end`, '    ');
    assert.ok(
      lines.every((line) => line.length <= LINE) && lines.slice(1).every((line) => line.startsWith('    word')),
    );
    assert.equal(lines.map((line) => line.trim()).join(' '), `${'word '.repeat(40)}end`);
  });
});
