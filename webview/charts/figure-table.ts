/** What a figure holds, as a table: for the eye, and as tab-separated text for spreadsheets. */
import type { FigureData } from './figure';
import type { Heatmap } from './heatmap';

export interface FigureTable {
  title: string;
  /** First the head of the row names, then one a column of values. */
  columns: string[];
  rows: TableRow[];
}

export interface TableRow {
  name: string;
  /** Path of the checkpoint that the row belongs to, where it belongs to one. */
  checkpoint?: string;
  /** As many as there are columns after the first; absent values are undefined. */
  values: (number | string | undefined)[];
}

/** One row for every place on the x axis, one column for every curve. */
export function figureTable(figure: FigureData): FigureTable {
  const overLayers = figure.id === 'layers';
  const byPlace = figure.curves.map(({ points }) => new Map(points.map((point) => [point.x, point])));
  const rows = figure.steps.flatMap(({ value, label }) => {
    const points = byPlace.map((curve) => curve.get(value));
    const checkpoint = points.find((point) => point !== undefined)?.checkpoint;
    if (checkpoint === undefined) return [];
    const row: TableRow = { name: label, values: points.map((point) => point?.y) };
    return [overLayers ? row : { ...row, checkpoint }];
  });
  const columns = [overLayers ? 'layer' : figure.x.title, ...figure.curves.map(({ label }) => label)];
  return { title: figure.title, columns, rows };
}

/** One row a checkpoint, one column a layer. */
export function heatmapTable({ title, columns, rows, cells }: Heatmap): FigureTable {
  const values = columns.map(() => rows.map((): number | undefined => undefined));
  const row = new Map(rows.map(({ value }, i) => [value, i]));
  for (const cell of cells) values[cell.column]![row.get(cell.row)!] = cell.value;
  return {
    title,
    columns: ['checkpoint', ...rows.map(({ label }) => label)],
    rows: columns.map(({ label, checkpoint }, i) => ({ name: label, checkpoint, values: values[i]! })),
  };
}

/** Numbers as they are, so that they read back as the same float64; absent ones empty. */
export function tsv({ columns, rows }: FigureTable): string {
  const withPath = rows.some(({ checkpoint }) => checkpoint !== undefined);
  const head = withPath ? [columns[0]!, 'file', ...columns.slice(1)] : columns;
  const lines = rows.map(({ name, checkpoint, values }) => [
    name,
    ...(withPath ? [checkpoint ?? ''] : []),
    ...values.map((value) => value ?? ''),
  ]);
  return `${[head, ...lines].map((line) => line.map((cell) => plain(String(cell))).join('\t')).join('\n')}\n`;
}

/** A tab or line break in a name would start another cell. */
function plain(text: string): string {
  return text.replace(/[\t\r\n]+/g, ' ');
}
