/** The verdict of an experiment: each number that was compared, what was expected, and why the tolerance is what it is. */
import { formatCompared } from '../../src/metrics/number-format';
import { holds, RELATION_SIGNS, type Check, type Reproduced } from '../../src/protocol/theory';
import { element } from '../element';
import { t } from '../words';

export function verdictSection({ checks, holds: all, notes = [] }: Reproduced): HTMLElement {
  const heading = all ? t('The claim holds here') : t('The claim does not hold here');
  const head = [t('Verdict'), t('What is compared'), t('Measured'), t('Expected')].map((text, i) =>
    element('th', { scope: 'col', ...(i > 1 ? { class: 'number' } : {}) }, text),
  );
  return element(
    'section',
    { class: `verdict ${all ? 'good' : 'bad'}`, 'aria-labelledby': 'verdict-title' },
    element('h2', { id: 'verdict-title' }, heading),
    element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...checks.map(row))),
    ...notes.map((note) => element('p', { class: 'muted' }, note)),
  );
}

function row(check: Check): HTMLElement {
  const good = holds(check);
  const expected = `${RELATION_SIGNS[check.relation]} ${formatCompared(check.expected)} ± ${formatCompared(check.tolerance)}`;
  return element(
    'tr',
    { 'data-check': check.id, class: good ? 'good' : 'bad' },
    element('td', {}, element('span', { 'aria-hidden': 'true' }, good ? '✓ ' : '✗ '), good ? t('holds') : t('fails')),
    element('td', {}, check.what, element('div', { class: 'muted' }, check.because)),
    element('td', { class: 'number' }, formatCompared(check.measured)),
    element('td', { class: 'number' }, expected),
  );
}
