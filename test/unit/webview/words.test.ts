import assert from 'node:assert/strict';
import { epochFigures } from '../../../webview/charts/figure';
import { setWords, t } from '../../../webview/words';
import { sampleCheckpoint, sampleReport } from './sample-report';

describe('the page’s words', () => {
  afterEach(() => setWords(undefined));

  it('are English where there is no translation, with their places filled', () => {
    assert.equal(t('{0} of {1}', 2, 'three'), '2 of three');
    assert.equal(t('{0} {2}', 'a'), 'a {2}');
  });

  it('come from the table where it has them, in the order of the other language', () => {
    setWords({ '{0} of {1}': '{1}: {0}' });
    assert.equal(t('{0} of {1}', 2, 3), '3: 2');
    assert.equal(t('constructor'), 'constructor');
  });

  it('are those of the table that is there when a figure is made, not when its module was read', () => {
    const report = sampleReport([0, 1, 5].map((epoch) => sampleCheckpoint(epoch, 1 / (1 + epoch))));
    setWords({ epoch: 'Epoche', 'epoch {0}': 'Epoche {0}', 'within / between': 'innen / zwischen' });
    const figure = epochFigures(report, undefined).find(({ id }) => id === 'variability')!;
    assert.equal(figure.x.title, 'Epoche');
    assert.equal(figure.y.title, 'innen / zwischen');
    assert.match(figure.curves[0]!.points[0]!.where, /^Epoche \d+$/);
    setWords({});
    assert.equal(epochFigures(report, undefined)[0]!.x.title, 'epoch');
  });
});
