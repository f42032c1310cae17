/** A paper as a page: what it claims, the metrics it brings with the open run's values, and where to read it. */
import type { Metric } from '../../src/metrics/metric';
import { metricById } from '../../src/metrics/registry';
import { bibtex, groupTitles, type Paper, paperByKey, sections } from '../../src/papers/catalogue';
import { isReproducible } from '../../src/papers/reproducible';
import type { FromPanel } from '../../src/protocol/panel';
import { formatValue } from '../../src/metrics/number-format';
import { element, textButton } from '../element';
import type { PaperState } from '../state';
import { button } from '../toolkit';
import { displayFormula } from './formula';
import { linkButtons } from './metric-card';
import { t } from '../words';

type Send = (message: FromPanel) => void;

export function paperPage(state: PaperState, send: Send): HTMLElement {
  const paper = paperByKey(state.key);
  if (!paper) return element('p', { class: 'notice' }, t('There is no paper “{0}” in the catalogue.', state.key));
  const known = paper.metrics.flatMap((id) => metricById(id) ?? []);
  const unknown = paper.metrics.filter((id) => !metricById(id));
  const section = sections.find(({ id }) => id === paper.section)?.title ?? paper.section;
  return element(
    'article',
    { class: 'paper', 'data-paper': paper.key },
    element('p', { class: 'eyebrow' }, `${section} · ${groupTitles[paper.group]}`),
    element('h1', {}, paper.title),
    element('p', { class: 'authors' }, paper.authors.join(', ')),
    element('p', { class: 'venue' }, `${paper.venue}, ${paper.year}`),
    actions(paper, send),
    element('p', { class: 'claim' }, paper.claim),
    known.length > 0 ? metricsSection(known, state, send) : undefined,
    unknown.length > 0 ? notYet(unknown, known.length > 0) : undefined,
    citationSection(paper),
  );
}

function actions(paper: Paper, send: Send): HTMLElement {
  const copy = button(t('Copy BibTeX'), 'secondary', () => {
    send({ type: 'copyBibtex', paper: paper.key });
    copy.textContent = t('Copied');
    setTimeout(() => (copy.textContent = t('Copy BibTeX')), 1500);
  });
  return element(
    'div',
    { class: 'paper-actions' },
    isReproducible(paper.key)
      ? button(t('Reproduce'), 'primary', () => send({ type: 'openExperiment', paper: paper.key }))
      : undefined,
    copy,
    element('div', { class: 'links' }, ...linkButtons(paper, send)),
  );
}

function metricsSection(known: readonly Metric[], { values, runName }: PaperState, send: Send): HTMLElement {
  const hint = runName === undefined ? undefined : element('span', { class: 'hint' }, t('values of {0}', runName));
  return element(
    'section',
    {},
    element('div', { class: 'section-head' }, element('h2', {}, t('What it measures')), hint),
    element('div', { class: 'paper-metrics' }, ...known.map((metric) => metricEntry(metric, values[metric.id], send))),
  );
}

function metricEntry(metric: Metric, value: number | undefined, send: Send): HTMLElement {
  const name = textButton('metric-name', metric.name, () => send({ type: 'showMetric', metric: metric.id }));
  const now = value === undefined ? undefined : element('b', { class: 'value' }, formatValue(value, metric.percent));
  return element(
    'div',
    { class: 'paper-metric', 'data-metric': metric.id },
    element('div', { class: 'paper-metric-head' }, name, now),
    element('p', { class: 'plain' }, metric.plain),
    displayFormula(metric.formula),
  );
}

function notYet(ids: readonly string[], some: boolean): HTMLElement {
  const codes = ids.flatMap((id, i) => [i > 0 ? ', ' : '', element('code', {}, id)]);
  const lead = some ? t('Also in this paper, not measured by this version:') : t('Not measured by this version:');
  return element('p', { class: 'not-yet' }, `${lead} `, ...codes, '.');
}

function citationSection(paper: Paper): HTMLElement {
  return element(
    'details',
    { class: 'bibtex' },
    element('summary', {}, 'BibTeX'),
    element('pre', { tabindex: '0' }, bibtex(paper).trimEnd()),
  );
}
