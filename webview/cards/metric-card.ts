/** What a metric is, where it stands, and the paper it comes from. */
import { limitInWords } from '../../src/metrics/in-words';
import type { Metric } from '../../src/metrics/metric';
import { citation, links, type Paper, paperByKey, shortCitation } from '../../src/papers/catalogue';
import type { FromPanel } from '../../src/protocol/panel';
import { element, textButton } from '../element';
import { displayFormula } from './formula';
import { t } from '../words';

/** A value with the place it was read. */
export interface Reading {
  value: string;
  where: string;
}

/** What a card is about. */
export interface Subject {
  metric: Metric;
  classes: number;
  readings: Reading[];
}

type Send = (message: FromPanel) => void;

export function metricCard({ metric, classes, readings }: Subject, send: Send): HTMLElement[] {
  const [source, ...others] = metric.papers.flatMap((key) => paperByKey(key) ?? []);
  return [
    element('h3', { class: 'card-title' }, explainName(metric, send)),
    element('ul', { class: 'readings' }, ...readings.map(reading)),
    element('p', { class: 'plain' }, metric.plain),
    displayFormula(metric.formula),
    facts(metric, classes),
    ...(source ? [paperLines(source, others, send)] : []),
  ];
}

/** The name leads to all there is to say of the metric. */
function explainName(metric: Metric, send: Send): HTMLElement {
  const name = textButton('card-name', metric.name, () => send({ type: 'explainMetric', metric: metric.id }));
  name.title = t('Explain this metric');
  return name;
}

function reading({ value, where }: Reading): HTMLElement {
  return element('li', {}, element('b', {}, value), element('span', {}, where));
}

/** Value at perfect collapse and range. */
function facts(metric: Metric, classes: number): HTMLElement {
  return element(
    'dl',
    { class: 'card-facts' },
    element('div', {}, element('dt', {}, t('Perfect collapse')), element('dd', {}, limitInWords(metric, classes))),
    element('div', {}, element('dt', {}, t('Range')), element('dd', {}, metric.range)),
  );
}

function paperLines(source: Paper, others: readonly Paper[], send: Send): HTMLElement {
  const also = others.map((paper) =>
    textButton('link', shortCitation(paper), () => send({ type: 'openPaper', paper: paper.key })),
  );
  return element(
    'footer',
    { class: 'card-paper' },
    element('p', { class: 'citation' }, citation(source)),
    element(
      'div',
      { class: 'links' },
      ...linkButtons(source, send),
      textButton('link editor-only', t('In the sidebar'), () => send({ type: 'openPaper', paper: source.key })),
    ),
    also.length > 0 ? element('div', { class: 'links also' }, element('span', {}, t('Also in')), ...also) : undefined,
  );
}

/** One button for each place where the paper can be read. */
export function linkButtons(paper: Paper, send: Send): HTMLElement[] {
  return links(paper).map(({ link, label }) => {
    const button = textButton('link', `${label} ↗`, () => send({ type: 'openLink', paper: paper.key, link }));
    button.setAttribute('aria-label', t('Open {0}: {1}', label, paper.title));
    return button;
  });
}
