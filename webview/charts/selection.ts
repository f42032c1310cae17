/** Which metrics the panel draws: those chosen, else those that matter in this run. */
import type { Metric } from '../../src/metrics/metric';
import { metrics as registry } from '../../src/metrics/registry';
import { measuredIn } from '../../src/metrics/standing';
import type { Report } from '../../src/protocol/report';
import { isProperty } from './families';
import { type FigurePlan, planFigures } from './layout';

/** More would be a wall rather than an overview. */
export const MOST_FIGURES = 12;
/** Curves of one figure that a person did not ask for. */
const MOST_CURVES = 4;

/** The metrics to draw: `chosen` by id, or the default. Ids that nothing is known of are left out. */
export function drawnMetrics(
  report: Report,
  chosen: readonly string[] | undefined,
  all: readonly Metric[] = registry,
): Metric[] {
  if (chosen === undefined) return defaultMetrics(report, all);
  const ids = new Set(chosen);
  return all.filter(({ id }) => ids.has(id));
}

/** From so many layers on, progress between them can be seen. */
const SEVERAL_LAYERS = 3;

/**
 * What has a value here of the four properties, then of the families whose papers are about a run like this, then of
 * those about depth: as many figures as make {@link MOST_FIGURES}, the first of each family before the second of any.
 */
export function defaultMetrics(report: Report, all: readonly Metric[] = registry): Metric[] {
  const measured = measuredIn(report, all);
  const properties = measured.filter(isProperty);
  const usual = new Set(all.filter(isProperty).map(({ family }) => family));
  const others = planFigures(measured, all).filter(({ family }) => !usual.has(family.id));
  const special = byTurns(others.filter(({ family }) => family.fits?.(report)));
  const deep = (report.checkpoints.at(-1)?.layers.length ?? 0) >= SEVERAL_LAYERS;
  const byDepth = byTurns(others.filter(({ family }) => deep && family.comesWithDepth));
  const room = MOST_FIGURES - planFigures(properties, all).length;
  const shown = new Set(properties);
  for (const { metrics } of [...special, ...byDepth].slice(0, Math.max(0, room))) {
    for (const metric of metrics.slice(0, MOST_CURVES)) shown.add(metric);
  }
  return all.filter((metric) => shown.has(metric));
}

/** The first figure of each family, then the second of each, and so on. */
function byTurns(plans: readonly FigurePlan[]): FigurePlan[] {
  const turn = new Map<FigurePlan, number>();
  const seen = new Map<string, number>();
  for (const plan of plans) {
    const count = seen.get(plan.family.id) ?? 0;
    turn.set(plan, count);
    seen.set(plan.family.id, count + 1);
  }
  return plans.toSorted((a, b) => turn.get(a)! - turn.get(b)!);
}

/** The choice with one metric more or less, as ids in the registry's order. */
export function withMetric(
  report: Report,
  chosen: readonly string[] | undefined,
  id: string,
  shown: boolean,
  all: readonly Metric[] = registry,
): string[] {
  const ids = new Set(drawnMetrics(report, chosen, all).map((metric) => metric.id));
  if (shown) ids.add(id);
  else ids.delete(id);
  return all.flatMap((metric) => (ids.has(metric.id) ? [metric.id] : []));
}
