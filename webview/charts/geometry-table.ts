/** The numbers behind the figures of the geometry, as tables. */
import type { FigureTable, TableRow } from './figure-table';
import { type BarFigure, className, type MatrixFigure, type SpectrumFigure } from './geometry-figures';
import { type PictureFigure, ROLES } from './picture-figure';

/** One row a class and one column a class, in the order that is shown; blocks of classes where there are too many. */
export function matrixTable({ names, cells }: MatrixFigure, title: string): FigureTable {
  const rows = names.map((name): TableRow => ({ name, values: names.map(() => undefined) }));
  for (const { x, y, v } of cells) rows[y]!.values[x] = v;
  return { title, columns: ['class', ...names], rows };
}

/** One row a class; where a row is several classes, their mean with the smallest and largest. */
export function barTable({ names, series, axis }: BarFigure, title: string): FigureTable {
  const columns = series.flatMap(({ label, ranges }) => {
    const value = `${label}, ${axis}`;
    return ranges ? [value, `${label}, smallest`, `${label}, largest`] : [value];
  });
  const rows = names.map((name, at) => ({
    name,
    values: series.flatMap(({ values, ranges }) => [values[at], ...(ranges?.[at] ?? [])]),
  }));
  return { title, columns: ['class', ...columns], rows };
}

/** One row a rank, one column a covariance. */
export function spectrumTable({ series }: SpectrumFigure, title: string): FigureTable {
  const byRank = series.map(({ points }) => new Map(points.map(({ x, y }) => [x, y])));
  const ranks = [...new Set(byRank.flatMap((values) => [...values.keys()]))].sort((a, b) => a - b);
  return {
    title,
    columns: ['rank', ...series.map(({ label }) => label)],
    rows: ranks.map((rank) => ({ name: String(rank), values: byRank.map((values) => values.get(rank)) })),
  };
}

const GROUPS = ['top class', 'left class', 'right class', 'other classes'] as const;

/** One row a point; on the sphere also how far it lies towards the reader. */
export function pictureTable(
  { kind, series }: PictureFigure,
  classNames: readonly string[],
  title: string,
): FigureTable {
  const sphere = kind === 'sphere';
  const rows = series.flatMap(({ role, style, of, spots }) =>
    spots.map(({ x, y, z }, i): TableRow => {
      const classes = of[i]!.map((c) => className(classNames, c));
      const name = classes.length > 1 ? 'two classes' : (GROUPS[style] ?? GROUPS[3]);
      return { name, values: [classes.join(' + '), ROLES[role], x, y, ...(sphere ? [z] : [])] };
    }),
  );
  return { title, columns: ['group', 'class', 'kind', 'x', 'y', ...(sphere ? ['z'] : [])], rows };
}
