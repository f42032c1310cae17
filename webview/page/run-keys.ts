/** The legend of a comparison: line and point style of each run, its name, its chosen epoch, and a value where there is one. */
import type { ShownRun } from '../charts/compare';
import { checkpointName } from '../charts/figure';
import { element } from '../element';
import { swatch } from './swatch';

export class RunKeys {
  readonly root = element('ul', { class: 'legend runs-legend', hidden: '' });
  private shown = '';
  private values: HTMLElement[] = [];

  /** @param point called with the run that the pointer is on, by its id */
  constructor(private readonly point: (run: string | undefined) => void = () => {}) {}

  /** Built again only when runs come or go, or another epoch is chosen. */
  update(runs: readonly ShownRun[], value: (run: ShownRun) => string = () => ''): void {
    this.root.hidden = runs.length === 0;
    const shown = JSON.stringify(runs.map(({ id, name, chosen }) => [id, name, chosen?.path]));
    if (shown !== this.shown) this.build(runs);
    this.shown = shown;
    runs.forEach((run, i) => {
      if (this.values[i]) this.values[i].textContent = value(run);
    });
  }

  private build(runs: readonly ShownRun[]): void {
    this.values = runs.map(() => element('span', { class: 'value' }));
    this.root.replaceChildren(
      ...runs.map(({ id, name, chosen, style }, i) => {
        const at = element('span', { class: 'muted' }, chosen ? checkpointName(chosen) : '');
        const item = element('li', {}, swatch(style), element('span', { class: 'run-name' }, name), at, this.values[i]);
        item.addEventListener('pointerenter', () => this.point(id));
        item.addEventListener('pointerleave', () => this.point(undefined));
        return item;
      }),
    );
  }
}
