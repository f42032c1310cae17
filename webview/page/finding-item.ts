/** A finding: its sentence, its paper, and the figures behind it, folded away. */
import { metricById } from '../../src/metrics/registry';
import { formatCount, formatValue } from '../../src/metrics/number-format';
import { paperByKey, shortCitation } from '../../src/papers/catalogue';
import type { Finding } from '../../src/protocol/report';
import { element, textButton } from '../element';
import { t } from '../words';

/** @param run its name, where several are compared */
export function findingItem(
  { id, text, paper, evidence }: Finding,
  run: string | undefined,
  open: (paper: string) => void,
): HTMLElement {
  const known = paperByKey(paper);
  const source = textButton('link', known ? shortCitation(known) : paper, () => open(paper));
  const figures = Object.entries(evidence).map(([name, value]) =>
    element('div', {}, element('dt', {}, metricById(name)?.name ?? name), element('dd', {}, shown(name, value))),
  );
  const details = element(
    'details',
    { class: 'evidence' },
    element('summary', {}, t('Figures')),
    element('dl', { class: 'facts' }, ...figures),
  );
  return element(
    'li',
    { 'data-finding': id },
    run === undefined ? undefined : element('strong', {}, run),
    run === undefined ? `${text} ` : ` ${text} `,
    source,
    figures.length > 0 ? details : undefined,
  );
}

/** Counts as they are; everything else as its measure is shown elsewhere. */
function shown(name: string, value: number | string): string {
  if (typeof value === 'string') return value;
  const metric = metricById(name);
  return !metric && Number.isInteger(value) ? formatCount(value) : formatValue(value, metric?.percent);
}
