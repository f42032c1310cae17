/** Held-out and transfer data beside the training data: curves in the training curve's colour, by other lines. */
import type { Metric } from '../../src/metrics/metric';
import type { CheckpointReport, Report, SplitReport } from '../../src/protocol/report';
import { checkpointName, type Curve, type CurvePoint, type Timeline } from './figure';
import { t } from '../words';

export type SplitName = SplitReport['split'];

/** As the legend and the button call it. */
export function splitTitle(split: SplitName): string {
  return split === 'test' ? t('test data') : t('transfer data');
}

/** Styles repeat their colours after four; these are two and three turns on, so that line and point differ. */
const TURN: Readonly<Record<SplitName, number>> = { test: 8, transfer: 12 };

/** The sets that were measured beside the training data, in the order they are drawn. */
export function splitsOf({ checkpoints }: Report): SplitName[] {
  const found = new Set(checkpoints.flatMap(({ splits = [] }) => splits.map(({ split }) => split)));
  return (['test', 'transfer'] as const).filter((split) => found.has(split));
}

/** What tells a curve from the others of its figure. */
export function curveKey({ metric, split }: Pick<Curve, 'metric' | 'split'>): string {
  return split === undefined ? metric : `${metric} ${split}`;
}

export function splitValue(checkpoint: CheckpointReport, split: SplitName, metric: string): number | undefined {
  return splitIn(checkpoint, split)?.metrics[metric];
}

function splitIn({ splits = [] }: CheckpointReport, split: SplitName): SplitReport | undefined {
  return splits.find((one) => one.split === split);
}

/** A metric of each set against epoch; sets without a value are left out. */
export function splitCurves(
  metric: Metric,
  { checkpoints }: Report,
  time: Timeline,
  splits: readonly SplitName[],
  style: number,
): Curve[] {
  return splits.flatMap((split) => {
    const points = checkpoints.flatMap((checkpoint): CurvePoint[] => {
      const y = splitValue(checkpoint, split, metric.id);
      const where = `${time.name(checkpoint)} · ${splitTitle(split)}`;
      return y === undefined ? [] : [{ x: time.x(checkpoint), y, checkpoint: checkpoint.path, where }];
    });
    return points.length > 0 ? [curve(metric, split, points, style)] : [];
  });
}

/** A metric of each set against depth, at one checkpoint. */
export function splitLayerCurves(checkpoint: CheckpointReport, metric: Metric, splits: readonly SplitName[]): Curve[] {
  return splits.flatMap((split) => {
    const points = (splitIn(checkpoint, split)?.layers ?? []).flatMap((layer): CurvePoint[] => {
      const y = layer.metrics[metric.id];
      const where = `${checkpointName(checkpoint)} · ${layer.name} · ${splitTitle(split)}`;
      return y === undefined ? [] : [{ x: layer.depth, y, checkpoint: checkpoint.path, where }];
    });
    return points.length > 0 ? [curve(metric, split, points, 0)] : [];
  });
}

function curve(metric: Metric, split: SplitName, points: CurvePoint[], style: number): Curve {
  return {
    metric: metric.id,
    split,
    label: `${metric.name}, ${splitTitle(split)}`,
    points,
    style: style + TURN[split],
  };
}
