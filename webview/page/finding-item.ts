/** A finding: its title, its sentence, its paper, and the figures behind it, folded away. */
import { metricById } from '../../src/metrics/registry';
import { formatValue } from '../../src/metrics/number-format';
import { paperByKey, shortCitation } from '../../src/papers/catalogue';
import type { Finding } from '../../src/protocol/report';
import { element, textButton } from '../element';
import { t } from '../words';

/** By id; a finding of a later version stands without a title. */
const TITLES: Readonly<Record<string, string>> = {
  'terminal-phase': 'Terminal phase',
  'collapse-stalled': 'Stalled collapse',
  'minority-collapse': 'Minority collapse',
  'merged-classes': 'Merged classes',
  'too-many-classes': 'More classes than dimensions',
  'noise-memorised': 'Memorised label noise',
  'norm-grows': 'Growing features',
};

/** @param run its name, where several are compared */
export function findingItem(
  { id, text, paper, evidence }: Finding,
  run: string | undefined,
  open: (paper: string) => void,
): HTMLElement {
  const title = Object.hasOwn(TITLES, id) ? TITLES[id] : undefined;
  const known = paperByKey(paper);
  const source = textButton('link', known ? shortCitation(known) : paper, () => open(paper));
  const figures = Object.entries(evidence).map(([name, value]) =>
    element(
      'div',
      {},
      element('dt', {}, metricById(name)?.name ?? name),
      element('dd', {}, typeof value === 'number' ? formatValue(value, metricById(name)?.percent) : value),
    ),
  );
  const details = element(
    'details',
    { class: 'evidence' },
    element('summary', {}, t('the figures')),
    element('dl', { class: 'facts' }, ...figures),
  );
  return element(
    'li',
    { 'data-finding': id },
    title === undefined ? undefined : element('strong', {}, `${run === undefined ? '' : `${run}: `}${t(title)}`),
    ` ${text} `,
    source,
    figures.length > 0 ? details : undefined,
  );
}
