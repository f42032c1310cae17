/** The report as a table for a terminal: a run by epoch, a single checkpoint by family of metrics, then its layers. */
import { families, familyTitles } from '../metrics/family-titles';
import { limitAsNumber } from '../metrics/in-words';
import { formatValue } from '../metrics/number-format';
import { metrics, metricById } from '../metrics/registry';
import { paperByKey, shortCitation } from '../papers/catalogue';
import type { CheckpointReport, Report } from '../protocol/report';
import { align, wrap } from './columns';

/** Columns of a run, in the order of the four properties. */
const COLUMNS = [
  ['accuracy', 'accuracy'],
  ['nc1', 'NC1'],
  ['nc2.means.normCv', 'equinorm μ'],
  ['nc2.means.maxAngle', 'max angle μ'],
  ['nc2.weights.maxAngle', 'max angle w'],
  ['nc3', 'self-duality'],
  ['nc4', 'NCC mismatch'],
  ['accuracy.test', 'test acc.'],
] as const;

export function renderReport(report: Report): string {
  const { run, checkpoints, failed } = report;
  const lines: string[] = [];
  const [first] = checkpoints;
  if (first) {
    const d = first.layers.at(-1)?.dimension ?? 0;
    lines.push(
      `${run.path}: ${run.classes} classes, ${first.samples} samples, d = ${d}, ${run.labelNoise === undefined ? '' : `label noise ${formatValue(run.labelNoise, true)}, `}provider ${first.provider}`,
      '',
    );
  }
  const warnings = [...new Set(checkpoints.flatMap((checkpoint) => checkpoint.warnings))];
  if (warnings.length > 0) lines.push(...warnings.map((warning) => `warning: ${warning}`), '');
  if (checkpoints.length > 1) lines.push(...renderRun(checkpoints, run.metrics), '');
  const last = checkpoints.at(-1);
  if (last) {
    if (checkpoints.length === 1) lines.push(...renderMetrics(last), '');
    else if (run.metrics) lines.push(...renderReasons(last, run.metrics));
    lines.push(...renderLayers(last), ...renderSplits(last));
  }
  if (report.findings.length > 0) lines.push('');
  for (const { text, paper } of report.findings) {
    const source = paperByKey(paper);
    lines.push(...wrap(source ? `${text} (${shortCitation(source)})` : text, '  ', '- '));
  }
  if (failed.length > 0) lines.push('');
  for (const { path, message } of failed) lines.push(`failed:  ${path}: ${message}`);
  return `${lines.join('\n')}\n`;
}

/** More columns than these do not fit a line; the report has them all. */
const MOST_COLUMNS = 8;

/** @param asked ids, where only some metrics were asked for */
function renderRun(checkpoints: CheckpointReport[], asked: readonly string[] | undefined): string[] {
  const wanted = asked ? asked.map((id) => [id, id] as const) : COLUMNS;
  const columns = wanted
    .filter(([id]) => checkpoints.some((checkpoint) => checkpoint.metrics[id] !== undefined))
    .slice(0, MOST_COLUMNS);
  return align([
    ['epoch', ...columns.map(([, title]) => title)],
    ...checkpoints.map((checkpoint) => [
      checkpoint.epoch === undefined ? checkpoint.path : String(checkpoint.epoch),
      ...columns.map(([id]) => format(id, checkpoint.metrics[id])),
    ]),
  ]);
}

/** By family; then what is not applicable, each reason once. */
function renderMetrics(checkpoint: CheckpointReport): string[] {
  const rows = [['metric', 'value', 'at collapse', '']];
  const titles = new Map<number, string>();
  const reasons = new Map<string, string[]>();
  for (const family of families) {
    const start = rows.length;
    for (const metric of metrics.filter((other) => other.family === family)) {
      const { id, name } = metric;
      const value = checkpoint.metrics[id];
      const reason = checkpoint.notApplicable[id];
      if (value !== undefined) {
        const classes = checkpoint.classCounts.length;
        const limit = metric.percent ? format(id, metric.limit?.(classes)) : limitAsNumber(metric, classes) || '–';
        rows.push([`  ${id}`, format(id, value), limit, name]);
      } else if (reason !== undefined) {
        reasons.set(reason, [...(reasons.get(reason) ?? []), id]);
      }
    }
    if (rows.length > start) titles.set(start, familyTitles[family]);
  }
  const lines = (rows.length > 1 ? align(rows, [0, 3]) : []).flatMap((line, i) => {
    const title = titles.get(i);
    return title === undefined ? [line] : [title, line];
  });
  return [...lines, ...notApplicableLines(reasons)];
}

/** Why what was asked for has no value at the last checkpoint. */
function renderReasons({ notApplicable }: CheckpointReport, asked: readonly string[]): string[] {
  const reasons = new Map<string, string[]>();
  for (const id of asked) {
    const reason = notApplicable[id];
    if (reason !== undefined) reasons.set(reason, [...(reasons.get(reason) ?? []), id]);
  }
  return reasons.size > 0 ? [...notApplicableLines(reasons).slice(1), ''] : [];
}

function notApplicableLines(reasons: ReadonlyMap<string, readonly string[]>): string[] {
  if (reasons.size === 0) return [];
  const lines = ['', 'not applicable'];
  for (const [reason, ids] of reasons) lines.push(...wrap(`${ids.join(', ')}: ${reason}`, '    ', '  '));
  return lines;
}

/** Columns of the layers: those that were measured at any of them. */
const LAYER_COLUMNS = [
  ['nc1.traceRatio', 'trace ratio'],
  ['ncc.accuracy', 'NCC accuracy'],
] as const;

function renderLayers({ path, layers }: CheckpointReport): string[] {
  const columns = LAYER_COLUMNS.filter(([id]) => layers.some(({ metrics: own }) => own[id] !== undefined));
  const rows = layers.map(({ name, dimension, pooling, metrics: own }) => [
    name,
    String(dimension),
    pooling,
    ...columns.map(([id]) => format(id, own[id])),
  ]);
  return [
    `layers of ${path}`,
    ...align([['layer', 'd', 'pooling', ...columns.map(([, title]) => title)], ...rows], [0, 2]),
  ];
}

/** Columns of the training data and what lies beside it: what says how collapse carries over. */
const SPLIT_COLUMNS = [
  ['accuracy', 'accuracy'],
  ['ncc.accuracy', 'NCC accuracy'],
  ['nc1', 'NC1'],
  ['nc1.traceRatio', 'trace ratio'],
  ['cdnv', 'CDNV'],
  ['nc2.means.cosStd', 'equiangularity μ'],
] as const;

function renderSplits({ path, samples, metrics: own, splits = [] }: CheckpointReport): string[] {
  if (splits.length === 0) return [];
  const all = [{ split: 'train', samples, metrics: own }, ...splits];
  const columns = SPLIT_COLUMNS.filter(([id]) => all.some((one) => one.metrics[id] !== undefined));
  if (columns.length === 0) return [];
  const rows = all.map((one) => [
    one.split,
    String(one.samples),
    ...columns.map(([id]) => format(id, one.metrics[id])),
  ]);
  return [
    '',
    `data of ${path}, each about its own class means`,
    ...align([['data', 'samples', ...columns.map(([, title]) => title)], ...rows]),
  ];
}

/** Shares with two decimals each, so that a column lines up. */
function format(id: string, value: number | undefined): string {
  if (value === undefined) return '–';
  return metricById(id)?.percent ? `${(100 * value).toFixed(2)}%` : formatValue(value);
}
