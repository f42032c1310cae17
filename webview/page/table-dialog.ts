/** The numbers behind a figure: a table over the page, to read and to copy. */
import { formatValue } from '../../src/metrics/number-format';
import { type FigureTable, type TableRow, tsv } from '../charts/figure-table';
import { element, textButton } from '../element';
import { button } from '../toolkit';
import type { Context } from './context';
import { t } from '../words';

/** Opens the table; Escape or Close ends it, and the focus goes back to where it was. */
export function openTable(table: FigureTable, context: Context): void {
  const title = element('h2', { id: 'table-title' }, table.title);
  const copied = element('span', { class: 'hint', role: 'status' });
  const copy = button(t('Copy as TSV'), 'secondary', () => {
    copyTable(table, context);
    copied.textContent = t('Copied');
  });
  const close = button(t('Close'), 'secondary', () => dialog.close());
  const withFiles = table.rows.some(({ checkpoint }) => checkpoint !== undefined);
  const heads = withFiles ? [table.columns[0]!, t('file'), ...table.columns.slice(1)] : table.columns;
  const head = element('tr', {}, ...heads.map((text) => element('th', { scope: 'col' }, text)));
  const rows = table.rows.map((row) => tableRow(row, withFiles, context));
  const content = element('table', { 'aria-labelledby': 'table-title' }, element('thead', {}, head));
  content.append(element('tbody', {}, ...rows));
  const dialog = element(
    'dialog',
    { class: 'table-dialog', 'aria-labelledby': 'table-title' },
    element('div', { class: 'table-head' }, title, copied, copy, close),
    element('div', { class: 'table-room', tabindex: '0', role: 'region', 'aria-labelledby': 'table-title' }, content),
  );
  dialog.addEventListener('close', () => dialog.remove());
  // A click beside the table closes it.
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
}

export function copyTable(table: FigureTable, context: Context): void {
  context.send({ type: 'copyText', text: tsv(table), what: t('Table of {0}', table.title) });
}

function tableRow({ name, checkpoint, values }: TableRow, withFiles: boolean, context: Context): HTMLElement {
  const cells = values.map((value) => {
    if (typeof value === 'string') return element('td', {}, value);
    const cell = element('td', { class: 'number' }, value === undefined ? '' : formatValue(value));
    if (value !== undefined) cell.title = String(value);
    return cell;
  });
  const file = checkpoint === undefined ? '' : fileLink(checkpoint, context);
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, name),
    withFiles ? element('td', {}, file) : undefined,
    ...cells,
  );
}

/** A checkpoint's name that reveals the file in the explorer, where there is one. */
export function fileLink(path: string, context: Context): HTMLElement {
  if (document.body.classList.contains('standalone')) return element('span', { class: 'file-link' }, path);
  const link = textButton('link file-link', path, () => context.send({ type: 'revealCheckpoint', path }));
  link.title = t('Show in the explorer');
  return link;
}
