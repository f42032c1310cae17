/** One line on standard error that is drawn again and again; silent where nobody is watching. */
import type { MeasureProgress } from '../protocol/engine';

const WIDTH = 24;

export class ProgressBar {
  private shown = false;
  constructor(private readonly stream: NodeJS.WriteStream) {}

  update({ checkpoint, checkpoints, path, batch, batches }: MeasureProgress): void {
    if (!this.stream.isTTY) return;
    const share = (checkpoint + batch / Math.max(1, batches)) / checkpoints;
    const full = Math.round(share * WIDTH);
    const bar = '█'.repeat(full) + '░'.repeat(WIDTH - full);
    const text = `${bar} ${checkpoint + 1}/${checkpoints} ${path} batch ${batch}/${batches}`;
    this.stream.write(`\r\u001b[K${text.slice(0, (this.stream.columns || 80) - 1)}`);
    this.shown = true;
  }

  clear(): void {
    if (this.shown) this.stream.write('\r\u001b[K');
    this.shown = false;
  }
}
