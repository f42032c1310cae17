/** The page of a report: masthead, small multiples, layers, values. */
import { metricById, metrics } from '../../src/metrics/registry';
import { measuredIn } from '../../src/metrics/standing';
import type { FromPanel } from '../../src/protocol/panel';
import type { HoverCard } from '../cards/hover-card';
import { comparedId } from '../charts/compare';
import { layerMetrics } from '../charts/figure';
import { planFigures } from '../charts/layout';
import { drawnMetrics, withMetric } from '../charts/selection';
import { element } from '../element';
import type { Choices, RunState } from '../state';
import { type Palette, readPalette, scrollBehavior } from '../theme';
import type { Context } from './context';
import { EpochsSection } from './epochs-section';
import { GeometrySection } from './geometry-section';
import { LayersSection } from './layers-section';
import { Masthead } from './masthead';
import { ValuesSection } from './values-section';

/** How long a chart stays marked after it was asked for. */
const MARKED_FOR = 2400;

export interface PageActions {
  send(message: FromPanel): void;
  choose(choices: Choices): void;
}

export class ReportPage implements Context {
  readonly root: HTMLElement;
  private readonly masthead: Masthead;
  private readonly epochs: EpochsSection;
  private readonly layers: LayersSection;
  private readonly geometry: GeometrySection;
  private readonly values: ValuesSection;
  private colours: Palette = readPalette();
  private shown: { state: RunState; colours: Palette } | undefined;

  constructor(
    private state: RunState,
    readonly card: HoverCard,
    private readonly actions: PageActions,
  ) {
    this.masthead = new Masthead(this);
    this.epochs = new EpochsSection(this);
    this.layers = new LayersSection(this);
    this.geometry = new GeometrySection(this);
    this.values = new ValuesSection(this);
    const pictures = element('div', { class: 'pictures' }, this.layers.root, this.geometry.root);
    const beside = element('div', { class: 'beside' }, pictures, this.values.root);
    this.root = element('div', { class: 'report' }, this.masthead.root, this.epochs.root, beside);
  }

  update(state: RunState): void {
    const before = this.shown;
    this.shown = { state, colours: this.colours };
    this.state = state;
    // Zooming comes many times a second, and concerns one section.
    const only = before && before.colours === this.colours ? zoomedOnly(before.state, state) : undefined;
    if (only !== undefined) {
      this[only].update(state);
      return;
    }
    // With a single checkpoint there is no curve over epochs yet: its layers and values come first.
    this.root.classList.toggle('single', isSingle(state));
    this.masthead.update(state);
    this.epochs.update(state);
    this.layers.update(state);
    this.geometry.update(state);
    this.values.update(state);
  }

  /** Only the masthead changes with progress: it comes many times a second. */
  progress(state: RunState): void {
    this.state = state;
    this.masthead.update(state);
  }

  /** Reads the theme again and redraws. */
  retheme(): void {
    this.colours = readPalette();
    this.update(this.state);
  }

  destroy(): void {
    this.epochs.destroy();
    this.layers.destroy();
    this.geometry.destroy();
    this.root.remove();
  }

  run(): RunState {
    return this.state;
  }

  palette(): Palette {
    return this.colours;
  }

  send(message: FromPanel): void {
    this.actions.send(message);
  }

  choose(choices: Choices): void {
    this.actions.choose(choices);
  }

  showMetric(metric: string): void {
    this.card.hide();
    const target = this.placeOf(metric);
    if (!target) return;
    target.scrollIntoView({ block: 'center', behavior: scrollBehavior() });
    for (const other of this.root.querySelectorAll('.marked')) other.classList.remove('marked');
    target.classList.add('marked');
    setTimeout(() => target.classList.remove('marked'), MARKED_FOR);
  }

  /** A metric's chart over epochs, drawn if it was not, else over layers, else its row. */
  private placeOf(id: string): Element | undefined {
    const metric = metricById(id);
    const { report, choices } = this.state;
    if (metric && measuredIn(report, metrics).includes(metric)) {
      if (!drawnMetrics(report, choices.metrics).includes(metric)) {
        this.choose({ metrics: withMetric(report, choices.metrics, id, true) });
      }
      const [plan] = planFigures([metric]);
      const figure = this.state.others?.length ? comparedId(id) : plan?.id;
      return this.root.querySelector(`[data-figure="${figure}"]`) ?? undefined;
    }
    if (layerMetrics(report).some((other) => other.id === id)) {
      this.choose({ layerMetric: id });
      return this.root.querySelector('[data-figure="layers"]') ?? undefined;
    }
    return this.values.find(id);
  }
}

/** The section that shows another part, if nothing else is different. */
function zoomedOnly(before: RunState, after: RunState): 'epochs' | 'layers' | undefined {
  const rest = ({ choices, ...state }: RunState): unknown[] => {
    const others = { ...choices, zoom: undefined, layerZoom: undefined };
    return Object.entries({ ...state, ...others }).flat();
  };
  const [a, b] = [rest(before), rest(after)];
  if (a.length !== b.length || a.some((part, i) => part !== b[i])) return undefined;
  const zoomed = before.choices.zoom !== after.choices.zoom;
  const layers = before.choices.layerZoom !== after.choices.layerZoom;
  return zoomed === layers ? undefined : zoomed ? 'epochs' : 'layers';
}

function isSingle({ running, watch, report, others }: RunState): boolean {
  return !running && !watch && !others?.length && report.checkpoints.length === 1;
}
