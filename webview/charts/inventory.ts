/** What the charts hold, read back from the live chart.js instances: for tests that compare it with the report. */
import { Chart } from 'chart.js';
import { type GeometryInventory, geometryInventory } from './geometry-inventory';
import { paintedHeatmap } from './heatmap-chart';
import { drawWaiting } from './when-seen';

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
  /** Of a heatmap: index of the checkpoint, depth of the layer, value, and the middle of the cell in pixels. */
  cells?: { column: number; row: number; value: number; x: number; y: number }[];
}

declare global {
  interface Window {
    neuralCollapse?: { charts(): ChartInventory[]; geometry(): GeometryInventory[] };
  }
}

export function exposeInventory(): void {
  window.neuralCollapse = {
    geometry: geometryInventory,
    charts: () => {
      drawWaiting();
      return [...document.querySelectorAll('canvas[data-chart]')].flatMap(inventory);
    },
  };
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
  const id = canvas.getAttribute('data-chart') ?? '';
  const cells = paintedHeatmap(chart)?.cells.map((cell) => ({
    ...cell,
    x: chart.scales['x']?.getPixelForValue(cell.column) ?? NaN,
    y: chart.scales['y']?.getPixelForValue(cell.row) ?? NaN,
  }));
  return [cells ? { id, datasets, cells } : { id, datasets }];
}

function isPoint(value: unknown): value is { x: number; y: number } {
  return typeof value === 'object' && value !== null && 'x' in value && 'y' in value;
}
