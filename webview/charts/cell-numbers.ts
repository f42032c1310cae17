/** Writes each cell's number into it, where cells are few: a matrix can then be read without its colours. */
import type { Chart, ChartType, Plugin } from 'chart.js';
import type { MatrixElement } from 'chartjs-chart-matrix';

export interface CellNumbersOptions {
  shown: boolean;
  colour: string;
  /** Around each number, so that it stands off any colour. */
  halo: string;
  font: { family: string; size: number };
}

declare module 'chart.js' {
  // Signature must repeat chart.js's own, used or not.
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  interface PluginOptionsByType<TType extends ChartType> {
    cellNumbers?: CellNumbersOptions;
  }
}

/** Below this many pixels a number would touch its neighbours. */
const ROOM = 27;

export const cellNumbers: Plugin = {
  id: 'cellNumbers',
  afterDatasetsDraw: (chart: Chart) => {
    const options = chart.options.plugins?.cellNumbers as CellNumbersOptions | undefined;
    if (!options?.shown || chart.chartArea.width / Math.sqrt(chart.data.datasets[0]?.data.length ?? 1) < ROOM) return;
    const { ctx } = chart;
    ctx.save();
    ctx.font = `${Math.max(9, options.font.size - 1)}px ${options.font.family}`;
    ctx.fillStyle = options.colour;
    ctx.strokeStyle = options.halo;
    ctx.lineWidth = 2.5;
    ctx.lineJoin = 'round';
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    chart.getDatasetMeta(0).data.forEach((cell, at) => {
      const raw = chart.data.datasets[0]?.data[at] as unknown as { v: number };
      const { x, y } = (cell as MatrixElement).getCenterPoint();
      ctx.strokeText(twoDigits(raw.v), x, y);
      ctx.fillText(twoDigits(raw.v), x, y);
    });
    ctx.restore();
  },
};

/** 0.123 → .12, −0.5 → −.50: what a small cell has room for. */
export function twoDigits(value: number): string {
  const text = Math.abs(value).toFixed(2);
  const sign = value < 0 && Number(text) !== 0 ? '−' : '';
  return sign + (text.startsWith('0') ? text.slice(1) : text);
}
