/** "Geometry of the class means": cosines, norms, distances, spectrum and the picture of collapse of one checkpoint. */
import { barConfig } from '../charts/bar-config';
import { checkpointName } from '../charts/figure';
import { GeometryChart } from '../charts/geometry-chart';
import {
  type BarFigure,
  BETWEEN,
  className,
  matrixFigure,
  type Missing,
  normFigure,
  placeOrder,
  separationFigure,
  spectrumFigure,
  WITHIN,
} from '../charts/geometry-figures';
import { geometryPalette } from '../charts/geometry-palette';
import { matrixConfig, type MatrixPoint } from '../charts/matrix-config';
import { spectrumConfig } from '../charts/spectrum-config';
import { formatValue } from '../../src/metrics/number-format';
import type { Geometry } from '../../src/protocol/geometry';
import { element } from '../element';
import { chosenCheckpoint, type RunState } from '../state';
import type { Context } from './context';
import { behindBars, behindMatrix, behindSpectrum } from './geometry-behind';
import { GeometryView, type Shown } from './geometry-view';
import { PictureView } from './picture-view';
import { RampKey } from './ramp-key';
import { swatch } from './swatch';

type Which = 'means' | 'rows';

export class GeometrySection {
  readonly root: HTMLElement;
  private readonly hint = element('span', { class: 'hint' });
  private readonly sort = element('input', { type: 'checkbox', id: 'sort-matrices' });
  private readonly picture: PictureView;
  private readonly matrices: Record<Which, Matrix>;
  private readonly norms: Record<Which, Bars>;
  private readonly separation: Bars;
  private readonly spectrum: { view: GeometryView; chart: GeometryChart<'scatter', { x: number; y: number }[]> };

  constructor(private readonly context: Context) {
    this.picture = new PictureView(context);
    this.matrices = {
      means: matrix(context, 'cosines-means', 'Cosines of the class means', ['nc2.means.cosStd', 'nc2.means.maxAngle']),
      rows: matrix(context, 'cosines-rows', 'Cosines of the classifier rows', [
        'nc2.weights.cosStd',
        'nc2.weights.maxAngle',
      ]),
    };
    this.norms = {
      means: bars(context, 'norms-means', 'Norms of the class means', ['nc2.means.normCv']),
      rows: bars(context, 'norms-rows', 'Norms of the classifier rows', ['nc2.weights.normCv']),
    };
    this.separation = bars(context, 'separation', 'Distances between classes', []);
    this.spectrum = spectrum(context);
    this.sort.addEventListener('change', () =>
      context.choose({ geometry: { ...context.run().choices.geometry, sorted: this.sort.checked } }),
    );
    this.matrices.means.tools.append(
      element('label', { class: 'check', for: 'sort-matrices' }, this.sort, 'Similar classes side by side'),
    );
    this.root = element(
      'section',
      { class: 'geometry', 'aria-labelledby': 'geometry-title' },
      element(
        'div',
        { class: 'section-head' },
        element('h2', { id: 'geometry-title' }, 'Geometry of the penultimate layer'),
        this.hint,
      ),
      element(
        'div',
        { class: 'geometry-grid' },
        this.picture.view.root,
        this.matrices.means.view.root,
        this.matrices.rows.view.root,
      ),
      element(
        'div',
        { class: 'geometry-grid flat' },
        this.spectrum.view.root,
        this.norms.means.view.root,
        this.norms.rows.view.root,
        this.separation.view.root,
      ),
    );
  }

  update(state: RunState): void {
    const { report, choices } = state;
    const chosen = chosenCheckpoint(report, choices);
    const geometry = chosen?.geometry;
    // Reports of earlier versions have none.
    this.root.hidden = !report.checkpoints.some((one) => one.geometry);
    if (this.root.hidden || !chosen) return;
    this.hint.textContent = hintFor(chosen.geometry, checkpointName(chosen));
    const sorted = choices.geometry?.sorted === true;
    if (this.sort.checked !== sorted) this.sort.checked = sorted;
    this.picture.update(state);
    this.drawMatrices(geometry, report.run.classNames, sorted);
    const { classNames } = report.run;
    for (const which of ['means', 'rows'] as const) {
      drawBars(this.norms[which], this.context, () => geometry && normFigure(geometry, which, classNames));
    }
    const hull = geometry?.separation.kind === 'oneVsRest';
    drawBars(this.separation, this.context, () => geometry && separationFigure(geometry, classNames), {
      title: hull ? 'One-versus-rest distance' : 'Distance to the nearest class mean',
      metrics: hull ? ['gnc2.means', 'gnc2.oneVsRest'] : ['nc2.means.maxAngle'],
    });
    this.drawSpectrum(geometry);
  }

  destroy(): void {
    this.picture.destroy();
    for (const { view, chart } of [
      ...Object.values(this.matrices),
      ...Object.values(this.norms),
      this.separation,
      this.spectrum,
    ]) {
      view.destroy();
      chart.destroy();
    }
  }

  private drawMatrices(geometry: Geometry | undefined, classNames: readonly string[], sorted: boolean): void {
    // Clustering takes a moment for many classes: only for a matrix that is seen, and once for both.
    let order: number[] | undefined;
    for (const which of ['means', 'rows'] as const) {
      const { view, chart, key } = this.matrices[which];
      const part = geometry?.[which];
      const missing = missingOf(
        geometry,
        part && 'notApplicable' in part ? { missing: part.notApplicable } : undefined,
      );
      const make = () => matrixFigure(geometry!, which, classNames, (order ??= placeOrder(geometry!, sorted)));
      const shown = { missing, note: blockNote(geometry, classNames), behind: () => behindMatrix(make()) };
      view.update(shown, () => {
        const figure = make();
        if ('missing' in figure) return;
        key.update(figure.neutral);
        chart.draw(matrixConfig(figure, geometryPalette(this.context.palette())), figure.summary);
      });
    }
  }

  private drawSpectrum(geometry: Geometry | undefined): void {
    const { view, chart } = this.spectrum;
    const figure = geometry && spectrumFigure(geometry);
    const note = figure && 'series' in figure ? (figure.lacks ?? '') : '';
    view.update({ missing: missingOf(geometry, figure), note, behind: () => behindSpectrum(figure) }, () => {
      if (!figure || 'missing' in figure) return;
      chart.draw(spectrumConfig(figure, geometryPalette(this.context.palette())), figure.summary);
    });
  }
}

interface Matrix {
  view: GeometryView;
  chart: GeometryChart<'matrix', MatrixPoint[]>;
  key: RampKey;
  tools: HTMLElement;
}

interface Bars {
  view: GeometryView;
  chart: GeometryChart<'bar', (number | [number, number])[]>;
}

function matrix(context: Context, id: string, title: string, metrics: string[]): Matrix {
  const chart = new GeometryChart<'matrix', MatrixPoint[]>(id, title);
  chart.root.classList.add('square');
  const key = new RampKey();
  const tools = element('div', { class: 'matrix-tools' }, key.root);
  const view = new GeometryView({ id, title, metrics, chart: chart.root, tools: [tools] }, context);
  return { chart, key, tools, view };
}

function bars(context: Context, id: string, title: string, metrics: string[]): Bars {
  const chart = new GeometryChart<'bar', (number | [number, number])[]>(id, title);
  return { chart, view: new GeometryView({ id, title, metrics, chart: chart.root }, context) };
}

function spectrum(context: Context): GeometrySection['spectrum'] {
  const chart = new GeometryChart<'scatter', { x: number; y: number }[]>('spectrum', 'Spectrum of the covariances');
  const key = element(
    'ul',
    { class: 'legend inline' },
    ...[BETWEEN, WITHIN].map((text, style) => element('li', {}, swatch(style), text)),
  );
  const parts = { id: 'spectrum', title: 'Spectrum of the covariances', metrics: ['nc1.traceRatio'] };
  return { chart, view: new GeometryView({ ...parts, chart: chart.root, foot: [key] }, context) };
}

function drawBars(
  { view, chart }: Bars,
  context: Context,
  make: () => BarFigure | Missing | undefined,
  shown: Shown = {},
): void {
  const figure = make();
  const missing = missingOf(figure, figure);
  const note = figure && 'series' in figure ? barNote(figure) : '';
  view.update({ missing, note, behind: () => behindBars(figure), ...shown }, () => {
    if (!figure || 'missing' in figure) return;
    chart.draw(barConfig(figure, geometryPalette(context.palette())), figure.summary);
  });
}

function barNote({ mean, boundary, series }: BarFigure): string {
  return [
    ...(mean === undefined
      ? []
      : [`Dashed: their mean, ${formatValue(mean)}; at perfect collapse all bars end there.`]),
    ...(series.length > 1 ? [`Full bars: ${series[0]!.label}; light bars: ${series[1]!.label}.`] : []),
    ...(boundary === undefined ? [] : ['Hollow bars: minority classes.']),
  ].join(' ');
}

function missingOf(measured: object | undefined, figure: object | undefined): string | undefined {
  if (!measured) return 'this checkpoint was measured by an earlier version';
  return figure && 'missing' in figure ? String(figure.missing) : undefined;
}

function blockNote(geometry: Geometry | undefined, classNames: readonly string[]): string {
  if (!geometry || geometry.places.every(({ length }) => length === 1)) return '';
  const closest = 'closest' in geometry.means ? geometry.means.closest?.[0] : undefined;
  const told = closest
    ? ` The closest pair of class means is ${className(classNames, closest[0])} and ${className(classNames, closest[1])}, cosine ${formatValue(closest[2])}.`
    : '';
  return `${geometry.present} classes are too many for a cell each: a cell is the mean over the pairs of two blocks of neighbours.${told}`;
}

function hintFor(geometry: Geometry | undefined, where: string): string {
  const order = geometry?.majority === undefined ? '' : ' Classes in order of their size.';
  return `At ${where}.${order}`;
}
