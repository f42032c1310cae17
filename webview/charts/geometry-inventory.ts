/** What the charts of geometry hold, read back from the live chart.js instances: for tests that compare it with the report. */
import { Chart } from 'chart.js';

export interface GeometryInventory {
  /** `data-geometry` of the canvas: picture, cosines-means, cosines-rows, norms-means, norms-rows, separation, spectrum. */
  id: string;
  /** Names along a bar chart's axis. */
  names: string[];
  datasets: {
    label: string;
    /** Points {x, y}, cells {x, y, v}, or numbers of bars. */
    data: unknown[];
    /** Where each is drawn, in pixels of its canvas. */
    pixels: { x: number; y: number }[];
  }[];
  /** What a screen reader says. */
  summary: string;
}

export function geometryInventory(): GeometryInventory[] {
  return [...document.querySelectorAll<HTMLCanvasElement>('canvas[data-geometry]')].flatMap((canvas) => {
    const chart = Chart.getChart(canvas);
    if (!chart) return [];
    const datasets = chart.data.datasets.map(({ label, data }, at) => ({
      label: label ?? '',
      data: [...(data as unknown[])],
      pixels: chart.getDatasetMeta(at).data.map(({ x, y }) => ({ x, y })),
    }));
    const names = (chart.data.labels ?? []).map(String);
    const { geometry = '' } = canvas.dataset;
    return [{ id: geometry, names, datasets, summary: canvas.getAttribute('aria-label') ?? '' }];
  });
}
