/** A Parquet column's values, page by page, put together to blocks of rows. */
import { Fault } from '../protocol/faults';
import type { ArrayInfo, RowBlock, RowOptions } from './array';
import type { Values } from './dtype';
import { missingValue } from './missing-value';
import type { ParquetColumn } from './parquet-columns';
import { damaged, type Page } from './parquet-pages';

const BLOCK_BYTES = 32 * 1024 * 1024;

export class ColumnRows {
  /** Whole rows taken. */
  done = 0;
  private readonly length: number;
  private readonly rows: number;
  private readonly out: Values;
  /** First row of the block that is being filled. */
  private start = 0;
  /** Values of the row that is being filled. */
  private filled = 0;

  constructor(
    private readonly column: ParquetColumn,
    info: ArrayInfo,
    { rows, as }: RowOptions,
    private readonly label: string,
  ) {
    this.length = column.listLength ?? 1;
    const most = Math.max(1, Math.floor(BLOCK_BYTES / (8 * Math.max(1, this.length))));
    this.rows = Math.min(Math.floor(rows), most, Math.max(1, info.shape[0] ?? 0));
    const size = this.rows * this.length;
    this.out = as === 'float32' ? new Float32Array(size) : new Float64Array(size);
  }

  /**
   * The blocks that the page makes full. Each is valid until the next is asked for.
   * @param end row behind the row group
   * @throws Fault E_MISSING_VALUE, E_RAGGED
   */
  *take({ count, repetition, definition, values }: Page, end: number): Generator<RowBlock> {
    let next = 0;
    for (let i = 0; i < count; i++) {
      const begins = repetition === undefined || repetition[i] === 0;
      if (begins ? this.filled !== 0 : this.filled === 0) throw this.ragged();
      if (begins && this.done === end) throw damaged(this.label, 'a row group has more rows than it promises');
      if (definition && definition[i]! < this.column.maxDefinition) throw missingValue(this.label, this.done);
      this.out[(this.done - this.start) * this.length + this.filled] = values[next++] as number;
      if (++this.filled < this.length) continue;
      this.filled = 0;
      this.done++;
      if (this.done - this.start === this.rows) yield this.block();
    }
  }

  /** What is left at the end. */
  *rest(): Generator<RowBlock> {
    if (this.filled !== 0) throw this.ragged();
    if (this.done > this.start) yield this.block();
  }

  private block(): RowBlock {
    const { start } = this;
    const count = this.done - start;
    this.start = this.done;
    return { start, count, values: this.out.subarray(0, count * this.length) };
  }

  private ragged(): Fault {
    return new Fault(
      'E_RAGGED',
      `${this.label} holds lists of different lengths, seen at row ${this.done}; every row needs ${this.length} values.`,
    );
  }
}
