/** "Metric against epoch": the chosen metrics, those of a family on one small chart. */
import { FAMILIES } from '../charts/families';
import { comparedFigures, shownRuns } from '../charts/compare';
import { epochFigures } from '../charts/figure';
import { drawnMetrics } from '../charts/selection';
import { element } from '../element';
import { chosenCheckpoint, type RunState } from '../state';
import type { Context } from './context';
import { ComparedView } from './compared-view';
import { FigureView } from './figure-view';
import { MetricChooser } from './metric-chooser';

export class EpochsSection {
  private readonly grid = element('div', { class: 'grid' });
  private readonly hint = element('span', { class: 'hint' });
  private readonly none = element('p', { class: 'muted', hidden: '' }, 'No metric that has values here is chosen.');
  private readonly chooser: MetricChooser;
  readonly root: HTMLElement;
  private readonly views = new Map<string, FigureView | ComparedView>();

  constructor(private readonly context: Context) {
    this.chooser = new MetricChooser(context);
    const title = element('h2', { id: 'epochs-title' }, 'Metric against epoch');
    this.root = element(
      'section',
      { class: 'epochs', 'aria-labelledby': 'epochs-title' },
      element('div', { class: 'section-head' }, title, this.hint, this.chooser.button),
      this.chooser.root,
      this.none,
      this.grid,
    );
  }

  update(state: RunState): void {
    const { report, choices, watch } = state;
    const running = state.running || watch !== undefined;
    const drawn = drawnMetrics(report, choices.metrics);
    const runs = shownRuns(state);
    const figures =
      runs.length > 1 ? comparedFigures(runs, drawn) : epochFigures(report, chosenCheckpoint(report, choices), drawn);
    const waiting = report.checkpoints.length === 0 && running;
    this.root.hidden = report.checkpoints.length === 0 && !running;
    this.chooser.button.hidden = waiting;
    this.chooser.update(state);
    this.none.hidden = figures.length > 0 || waiting;
    this.hint.textContent = hintFor(report.checkpoints.length, waiting, watch !== undefined);
    for (const placeholder of this.grid.querySelectorAll('.placeholder')) placeholder.remove();
    if (waiting) this.grid.append(...placeholders());
    for (const [id, view] of this.views) {
      if (figures.some((figure) => figure.id === id)) continue;
      view.destroy();
      this.views.delete(id);
    }
    for (const figure of figures) {
      let view = this.views.get(figure.id);
      if (!view) {
        view = runs.length > 1 ? new ComparedView(figure, this.context) : new FigureView(figure, this.context);
        this.views.set(figure.id, view);
      }
      // Already in place: moving it would drop the focus.
      const index = figures.indexOf(figure);
      if (this.grid.children[index] !== view.root) this.grid.insertBefore(view.root, this.grid.children[index] ?? null);
      view.update(figure);
    }
  }

  destroy(): void {
    for (const view of this.views.values()) view.destroy();
  }
}

function hintFor(checkpoints: number, waiting: boolean, watched: boolean): string {
  if (watched && checkpoints < 2) return 'Each checkpoint is measured when it is complete.';
  if (waiting) return 'The first checkpoint is being measured.';
  if (checkpoints === 1) return 'One checkpoint. Inspect its folder to see the whole training run.';
  return 'Hover or focus a curve or a name for its paper; click a point to choose its checkpoint.';
}

function placeholders(): HTMLElement[] {
  return FAMILIES.filter(({ expected }) => expected).map(({ title }) =>
    element(
      'article',
      { class: 'figure placeholder', 'aria-hidden': 'true' },
      element('h3', { class: 'figure-title' }, title),
      element('div', { class: 'skeleton' }),
    ),
  );
}
