/** The report as a table for a terminal: a run by epoch, a single checkpoint by metric, then its layers. */
import { formatValue } from '../metrics/number-format';
import { metrics, metricById } from '../metrics/registry';
import type { CheckpointReport, Report } from '../protocol/report';

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
  if (checkpoints.length > 1) lines.push(...renderRun(checkpoints), '');
  const last = checkpoints.at(-1);
  if (last) {
    if (checkpoints.length === 1) lines.push(...renderMetrics(last), '');
    lines.push(...renderLayers(last));
  }
  for (const { path, message } of failed) lines.push(`failed:  ${path}: ${message}`);
  return `${lines.join('\n')}\n`;
}

function renderRun(checkpoints: CheckpointReport[]): string[] {
  const columns = COLUMNS.filter(([id]) => checkpoints.some((checkpoint) => checkpoint.metrics[id] !== undefined));
  return align([
    ['epoch', ...columns.map(([, title]) => title)],
    ...checkpoints.map((checkpoint) => [
      checkpoint.epoch === undefined ? checkpoint.path : String(checkpoint.epoch),
      ...columns.map(([id]) => format(id, checkpoint.metrics[id])),
    ]),
  ]);
}

function renderMetrics(checkpoint: CheckpointReport): string[] {
  const rows = [['metric', 'value', 'at collapse', '']];
  for (const metric of metrics) {
    const value = checkpoint.metrics[metric.id];
    const reason = checkpoint.notApplicable[metric.id];
    if (value === undefined && reason === undefined) continue;
    const limit = metric.limit?.(checkpoint.classCounts.length);
    rows.push([
      metric.id,
      format(metric.id, value),
      limit === undefined ? '–' : format(metric.id, limit),
      reason ?? metric.name,
    ]);
  }
  return align(rows, [0, 3]);
}

function renderLayers(checkpoint: CheckpointReport): string[] {
  const rows = [['layer', 'd', 'pooling', 'trace ratio', 'NCC accuracy']];
  for (const layer of checkpoint.layers) {
    rows.push([
      layer.name,
      String(layer.dimension),
      layer.pooling,
      format('nc1.traceRatio', layer.metrics['nc1.traceRatio']),
      format('ncc.accuracy', layer.metrics['ncc.accuracy']),
    ]);
  }
  return [`layers of ${checkpoint.path}`, ...align(rows, [0, 2])];
}

/** Shares with two decimals each, so that a column lines up. */
function format(id: string, value: number | undefined): string {
  if (value === undefined) return '–';
  return metricById(id)?.percent ? `${(100 * value).toFixed(2)}%` : formatValue(value);
}

/** Columns of even width; those named in `left` are set flush left, the others flush right. */
function align(rows: string[][], left: readonly number[] = [0]): string[] {
  const width = (text: string): number => [...text].length;
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => width(row[column] ?? ''))));
  const pad = (cell: string, column: number): string => {
    const gap = ' '.repeat((widths[column] ?? 0) - width(cell));
    return left.includes(column) ? cell + gap : gap + cell;
  };
  return rows.map((row) => row.map(pad).join('  ').trimEnd());
}
