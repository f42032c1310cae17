/** "Metric against epoch": the chosen metrics, those of a family on one small chart. */
import { Crosshair } from '../charts/crosshair';
import { FAMILIES } from '../charts/families';
import { comparedFigures, shownRuns } from '../charts/compare';
import { epochFigures, type FigureData, type Timeline, timeline } from '../charts/figure';
import { drawnMetrics } from '../charts/selection';
import { element } from '../element';
import { resetButton } from './reset-button';
import { chosenCheckpoint, type RunState } from '../state';
import type { Context } from './context';
import { ComparedView } from './compared-view';
import { FigureView } from './figure-view';
import { SplitChoice } from './split-choice';
import { MetricChooser } from './metric-chooser';
import { t } from '../words';

export class EpochsSection {
  private readonly grid = element('div', { class: 'grid' });
  private readonly hint = element('span', { class: 'hint' });
  private readonly none = element('p', { class: 'muted', hidden: '' }, t('No metric that has values here is chosen.'));
  private readonly chooser: MetricChooser;
  readonly root: HTMLElement;
  private readonly views = new Map<string, FigureView | ComparedView>();
  private readonly crosshair = new Crosshair();
  private readonly reset: HTMLElement;
  private readonly splits: SplitChoice;
  private made: { key: unknown[]; figures: FigureData[] } | undefined;
  private time: Timeline | undefined;

  constructor(private readonly context: Context) {
    this.chooser = new MetricChooser(context);
    this.splits = new SplitChoice(context);
    this.reset = resetButton(() => context.choose({ zoom: undefined }));
    const title = element('h2', { id: 'epochs-title' }, t('Metric against epoch'));
    this.root = element(
      'section',
      { class: 'epochs', 'aria-labelledby': 'epochs-title' },
      element('div', { class: 'section-head' }, title, this.hint, this.splits.root, this.reset, this.chooser.button),
      this.chooser.root,
      this.none,
      this.grid,
    );
  }

  update(state: RunState): void {
    const { report, choices, watch } = state;
    const running = state.running || watch !== undefined;
    const runs = shownRuns(state);
    const chosen = chosenCheckpoint(report, choices);
    const drawn = drawnMetrics(report, choices.metrics);
    const figures =
      runs.length > 1
        ? comparedFigures(runs, drawn, choices.zoom)
        : this.figuresOf(state).map((figure) => (chosen ? { ...figure, marked: this.time!.x(chosen) } : figure));
    this.reset.hidden = choices.zoom === undefined;
    this.splits.update(state, runs.length > 1);
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
        view =
          runs.length > 1
            ? new ComparedView(figure, this.context, this.crosshair)
            : new FigureView(figure, this.context, this.crosshair);
        this.views.set(figure.id, view);
      }
      // Already in place: moving it would drop the focus.
      const index = figures.indexOf(figure);
      if (this.grid.children[index] !== view.root) this.grid.insertBefore(view.root, this.grid.children[index] ?? null);
      view.update(figure);
    }
  }

  /** Made again only where the report or what is to be shown of it differs. */
  private figuresOf({ report, choices: { metrics, zoom, splits } }: RunState): FigureData[] {
    const key = [report, metrics, zoom, splits];
    if (!this.made || key.some((part, i) => part !== this.made!.key[i])) {
      const figures = epochFigures(report, undefined, drawnMetrics(report, metrics), zoom, splits);
      this.made = { key, figures };
      this.time = timeline(report.checkpoints);
    }
    return this.made.figures;
  }

  destroy(): void {
    for (const view of this.views.values()) view.destroy();
  }
}

function hintFor(checkpoints: number, waiting: boolean, watched: boolean): string {
  if (watched && checkpoints < 2) return t('Each checkpoint is measured when it is complete.');
  if (waiting) return t('The first checkpoint is being measured.');
  if (checkpoints === 1) return t('One checkpoint. Inspect its folder to see the whole training run.');
  return t('Hover a curve or focus a name for its paper; click a point to choose its checkpoint; drag to zoom.');
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
