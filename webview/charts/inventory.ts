/** What the charts hold, read back from the live chart.js instances: for tests that compare it with the report. */
import { Chart } from 'chart.js';

export interface ChartInventory {
  /** `data-chart` of the canvas: family id or `layers`. */
  id: string;
  datasets: {
    metric: string;
    label: string;
    /** Id of the run, where several are compared. */
    run?: string;
    points: { x: number; y: number }[];
    /** Where each point is drawn, in pixels of its canvas. */
    pixels: { x: number; y: number }[];
  }[];
}

declare global {
  interface Window {
    neuralCollapse?: { charts(): ChartInventory[] };
  }
}

export function exposeInventory(): void {
  window.neuralCollapse = { charts: () => [...document.querySelectorAll('canvas[data-chart]')].flatMap(inventory) };
}

function inventory(canvas: Element): ChartInventory[] {
  const chart = Chart.getChart(canvas as HTMLCanvasElement);
  if (!chart) return [];
  const datasets = chart.data.datasets.map((dataset, i) => ({
    metric: 'metric' in dataset ? String(dataset.metric) : '',
    label: dataset.label ?? '',
    ...('run' in dataset ? { run: String(dataset.run) } : {}),
    points: dataset.data.flatMap((point) => (isPoint(point) ? [{ x: point.x, y: point.y }] : [])),
    pixels: chart.getDatasetMeta(i).data.map(({ x, y }) => ({ x, y })),
  }));
  return [{ id: canvas.getAttribute('data-chart') ?? '', datasets }];
}

function isPoint(value: unknown): value is { x: number; y: number } {
  return typeof value === 'object' && value !== null && 'x' in value && 'y' in value;
}
