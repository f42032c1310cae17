/** A metric as a page: its words and formula, where it stands in the open run, what it needs, and its papers. */
import { familyTitles } from '../../src/metrics/family-titles';
import { limitInWords, needsInWords, whereInWords } from '../../src/metrics/in-words';
import type { Metric } from '../../src/metrics/metric';
import { formatValue } from '../../src/metrics/number-format';
import { metricById } from '../../src/metrics/registry';
import { type Paper, paperByKey, shortCitation } from '../../src/papers/catalogue';
import type { ExplainedMetric, FromPanel } from '../../src/protocol/panel';
import { element, textButton } from '../element';
import { button } from '../toolkit';
import { displayFormula } from './formula';
import { linkButtons } from './metric-card';
import { t } from '../words';

type Send = (message: FromPanel) => void;

export function metricPage(explained: ExplainedMetric, send: Send): HTMLElement {
  const metric = metricById(explained.id);
  if (!metric) return element('p', { class: 'notice' }, t('There is no metric “{0}” in this version.', explained.id));
  const papers = metric.papers.flatMap((key) => paperByKey(key) ?? []);
  return element(
    'article',
    { class: 'explained', 'data-metric': metric.id },
    element('p', { class: 'eyebrow' }, familyTitles[metric.family]),
    element('h1', {}, metric.name),
    element('p', { class: 'venue' }, element('code', {}, metric.id)),
    now(metric, explained, send),
    element('p', { class: 'claim' }, metric.plain),
    displayFormula(metric.formula),
    facts(metric, explained.classes),
    element(
      'section',
      {},
      element('div', { class: 'section-head' }, element('h2', {}, papers.length === 1 ? t('Paper') : t('Papers'))),
      element(
        'ul',
        { class: 'sources' },
        ...papers.map((paper, i) => source(paper, i === 0 && papers.length > 1, send)),
      ),
    ),
  );
}

/** The open run's latest value, or why there is none. */
function now(metric: Metric, { value, reason, where }: ExplainedMetric, send: Send): HTMLElement | undefined {
  if (where === undefined) return undefined;
  const text = value === undefined ? t('Not applicable') : formatValue(value, metric.percent);
  const show = button(t('Show in panel'), 'secondary', () => send({ type: 'showMetric', metric: metric.id }));
  return element(
    'div',
    { class: 'now' },
    element('b', { class: 'value' }, text),
    element('span', { class: 'muted' }, value === undefined && reason !== undefined ? `${where}: ${reason}` : where),
    value === undefined ? undefined : show,
  );
}

function facts(metric: Metric, classes: number | undefined): HTMLElement {
  const needs = needsInWords(metric);
  const entry = (name: string, ...said: (string | HTMLElement)[]): HTMLElement =>
    element('div', {}, element('dt', {}, name), ...said.map((text) => element('dd', {}, text)));
  return element(
    'dl',
    { class: 'card-facts' },
    entry(t('Perfect collapse'), limitInWords(metric, classes)),
    entry(t('Range'), metric.range),
    entry(t('Measured'), whereInWords(metric)),
    entry(t('Needs'), ...needs),
  );
}

function source(paper: Paper, first: boolean, send: Send): HTMLElement {
  const open = textButton('link', shortCitation(paper), () => send({ type: 'openPaper', paper: paper.key }));
  return element(
    'li',
    {},
    element(
      'div',
      {},
      open,
      element('span', { class: 'topic' }, first ? `${paper.topic} · ${t('source')}` : paper.topic),
    ),
    element('p', { class: 'muted' }, paper.title),
    element('div', { class: 'links' }, ...linkButtons(paper, send)),
  );
}
