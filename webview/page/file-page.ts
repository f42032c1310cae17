/** The overview of a model or of saved activations: what the file holds, and a button to measure it. */
import type { ArraysDescription, LayerChoice, ModelDescription } from '../../src/protocol/engine';
import type { FileOverview, FromPanel } from '../../src/protocol/panel';
import { formatCount } from '../../src/metrics/number-format';
import { element } from '../element';
import { button, progressRing } from '../toolkit';
import { t } from '../words';

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'];

export function filePage(overview: FileOverview, send: (message: FromPanel) => void): HTMLElement {
  const { name, kind, size, state, message } = overview;
  const head = element('div', { class: 'masthead-line' }, element('h1', {}, name));
  if (state === 'reading') head.append(element('div', { class: 'working' }, progressRing(), t('Reading the file…')));
  if (state === 'known' || state === 'failed') {
    head.append(button(t('Measure'), 'primary', () => send({ type: 'measureFile' })));
  }
  const facts: [string, string][] = [[t('Kind'), kind === 'model' ? t('ONNX model') : t('Saved activations')]];
  if (size !== undefined) facts.push([t('Size'), inBytes(size)]);
  const { model, arrays } = overview;
  if (model) facts.push(...modelFacts(model));
  return element(
    'article',
    { class: 'file', 'data-file': kind },
    head,
    factList(facts),
    state === 'untrusted'
      ? element('p', { class: 'problem', role: 'status' }, t('This workspace is not trusted: nothing is read or run.'))
      : undefined,
    state === 'failed' ? element('p', { class: 'problem', role: 'alert' }, message ?? '') : undefined,
    model ? layers(model) : undefined,
    arrays ? arrayTable(arrays) : undefined,
  );
}

function factList(facts: readonly [string, string][]): HTMLElement {
  const entries = facts.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value)));
  return element('dl', { class: 'facts' }, ...entries);
}

function modelFacts({ weight, bias, noClassifier, classes, dimension, features, output }: ModelDescription) {
  const facts: [string, string][] = [];
  if (classes !== undefined) facts.push([t('Classes K'), formatCount(classes)]);
  if (dimension !== undefined) facts.push([t('Features d'), formatCount(dimension)]);
  if (weight !== undefined) facts.push([t('Classifier W'), weight]);
  if (bias !== undefined) facts.push([t('Bias b'), bias]);
  if (noClassifier !== undefined) facts.push([t('Classifier'), noClassifier]);
  facts.push([t('Penultimate features h'), features], [t('Logits'), output]);
  return facts;
}

function layers(model: ModelDescription): HTMLElement {
  const measured = model.layers.filter(({ automatic, penultimate }) => automatic || penultimate);
  const rest = model.layers.filter((layer) => !measured.includes(layer));
  const others =
    rest.length === 0
      ? undefined
      : element(
          'details',
          { class: 'notes' },
          element('summary', {}, t('{0} other tensors that could be measured', rest.length)),
          layerTable(rest, t('Other tensors')),
        );
  return section('layers-title', t('Layers'), layerTable(measured, t('Layers')), others);
}

function layerTable(list: readonly LayerChoice[], label: string): HTMLElement {
  const rows = list.map(({ name, tensor, shape, penultimate }) => [
    name + (penultimate ? ` (${t('penultimate')})` : ''),
    tensor,
    shape ? shape.join(' × ') : t('not known'),
  ]);
  return table(label, [t('Layer'), t('Tensor'), t('Shape')], rows);
}

function arrayTable({ arrays, skipped }: ArraysDescription): HTMLElement {
  const rows = [
    ...arrays.map(({ name, dtype, shape }) => [name, dtype, shape.join(' × ') || t('one value')]),
    ...skipped.map(({ name, reason }) => [name, t('not an array that is read'), reason]),
  ];
  return section('arrays-title', t('Arrays'), table(t('Arrays'), [t('Name'), t('Type'), t('Shape')], rows));
}

function section(id: string, title: string, ...children: (HTMLElement | undefined)[]): HTMLElement {
  const head = element('div', { class: 'section-head' }, element('h2', { id }, title));
  return element('section', { 'aria-labelledby': id }, head, ...children);
}

function table(label: string, head: readonly string[], rows: readonly string[][]): HTMLElement {
  const heads = head.map((text) => element('th', { scope: 'col' }, text));
  const body = rows.map(([first = '', ...cells]) =>
    element('tr', {}, element('th', { scope: 'row' }, first), ...cells.map((text) => element('td', {}, text))),
  );
  return element(
    'table',
    { class: 'listing', 'aria-label': label },
    element('thead', {}, element('tr', {}, ...heads)),
    element('tbody', {}, ...body),
  );
}

/** `12.3 MB`, in thousands. */
function inBytes(size: number): string {
  let unit = 0;
  let value = size;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toPrecision(3)} ${unit === 0 ? t('bytes') : UNITS[unit]}`;
}
