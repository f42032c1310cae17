import assert from 'node:assert/strict';
import katex from 'katex';
import { metricById, metrics } from '../../../src/metrics/registry';
import { paperByKey, papers } from '../../../src/papers/catalogue';

describe('the words of the metrics', () => {
  for (const metric of metrics) {
    it(`are complete for ${metric.id}`, () => {
      assert.equal(metricById(metric.id), metric);
      assert.ok(metric.plain.length > 60 && metric.plain.endsWith('.'), metric.plain);
      assert.doesNotMatch(metric.name, /^NC\d$/);
      assert.ok(metric.limit ?? metric.limitText, 'neither a limit nor words for it');
      assert.match(metric.range, /^[[(].+, .+[\])]$/);
      const html = katex.renderToString(metric.formula, { throwOnError: true, strict: 'error', displayMode: true });
      assert.match(html, /katex/);
      for (const key of metric.papers) {
        const paper = paperByKey(key);
        assert.ok(paper, `no paper ${key}`);
        assert.ok(paper.metrics.includes(metric.id), `${key} does not list ${metric.id}`);
      }
    });
  }

  it('have their own ids and names', () => {
    assert.equal(new Set(metrics.map((metric) => metric.id)).size, metrics.length);
    assert.equal(new Set(metrics.map((metric) => metric.name)).size, metrics.length);
    assert.equal(metricById('nc5'), undefined);
  });

  it('name every paper that brings them', () => {
    for (const paper of papers) {
      for (const id of paper.metrics) {
        const metric = metricById(id);
        if (metric) assert.ok(metric.papers.includes(paper.key), `${id} does not name ${paper.key}`);
      }
    }
  });
});
