/** An experiment's chart as the panel draws figures: measured curves with their points, theory as plain dashed lines. */
import type { TheoryChart } from '../../src/protocol/theory';
import { type Axis, valueAxis } from '../charts/axis';
import type { FigureData } from '../charts/figure';

export function theoryFigure({ id, title, x, y, series }: TheoryChart): FigureData {
  const points = series.flatMap((one) => one.points);
  const across = points.map(([at]) => at);
  const up = points.map(([, at]) => at);
  let measured = 0;
  return {
    id,
    title,
    x: axis(across, x),
    y: axis(up, y),
    curves: series.map(({ name, kind, points: own }) => ({
      metric: name,
      label: name,
      points: own.map(([at, value]) => ({ x: at, y: value, checkpoint: '', where: `${x.title} ${at}` })),
      style: kind === 'measured' ? measured++ : 0,
      ...(kind === 'measured' ? {} : { ideal: true }),
    })),
    limits: [],
    steps: [],
  };
}

function axis(values: readonly number[], { title, log = false }: TheoryChart['x']): Axis {
  const known = values.length > 0 ? values : [0, 1];
  return valueAxis(known, { scale: log ? 'log' : 'linear', limits: [], percent: false, title });
}
