/** What a column of a CSV file is, found out cell by cell. */
import type { DType } from './array';

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const INTEGER = /^[+-]?\d+$/;
/** As NumPy and pandas write what is not finite. */
const NOT_FINITE = /^([+-]?inf(inity)?|[+-]?nan)$/i;

/** @returns undefined where the cell is no number */
export function asNumber(cell: string): number | undefined {
  if (NUMBER.test(cell)) return Number(cell);
  if (!NOT_FINITE.test(cell)) return undefined;
  return /nan/i.test(cell) ? NaN : cell.startsWith('-') ? -Infinity : Infinity;
}

/** Everything below the first record. */
export class CsvColumn {
  private numbers = 0;
  private texts = 0;
  private reals = 0;
  /** The first record's cell comes again, as a class name does and a column's name does not. */
  recurs = false;

  constructor(private readonly first: string) {}

  see(cell: string): void {
    if (cell === '') return;
    if (INTEGER.test(cell)) this.numbers++;
    else if (asNumber(cell) !== undefined) {
      this.numbers++;
      this.reals++;
    } else this.texts++;
    if (cell === this.first) this.recurs = true;
  }

  /** Cells without anything do not make a column text. */
  get dtype(): DType {
    if (this.texts > 0 || this.numbers === 0) return 'string';
    return this.reals > 0 ? 'float64' : 'int64';
  }
}

/**
 * A first record of different texts names the columns, where numbers stand below one of them or none of its texts
 * comes again below. An index that pandas wrote has no name.
 */
export function hasHeader(first: readonly string[], columns: readonly CsvColumn[]): boolean {
  const named = first.filter((cell) => cell !== '');
  if (named.length === 0 || named.some((cell) => asNumber(cell) !== undefined)) return false;
  if (new Set(named).size < named.length) return false;
  return columns.some(({ dtype }) => dtype !== 'string') || !columns.some(({ recurs }) => recurs);
}
