/** Which metrics share a figure: those of one family whose numbers fit on one axis. */
import type { Metric } from '../../src/metrics/metric';
import { metrics as registry } from '../../src/metrics/registry';
import { type AxisKind, axisKind, FAMILIES, type Family } from './families';
import { t } from '../words';

export interface FigurePlan {
  /** Family id; the second and later axes of a family carry their kind behind it. */
  id: string;
  family: Family;
  title: string;
  /** Title of the y axis. */
  axis: string;
  metrics: Metric[];
}

/**
 * The figures that show `chosen`, in the order of families and registry. What a figure is called does not depend on what
 * else is chosen.
 * @param all the metrics there are
 */
export function planFigures(chosen: readonly Metric[], all: readonly Metric[] = registry): FigurePlan[] {
  const wanted = new Set(chosen);
  return FAMILIES.flatMap((family) => {
    const members = all.filter((metric) => metric.family === family.id);
    const kinds = [...new Set(members.map(axisKind))];
    return kinds.flatMap((kind, index) => {
      const shown = members.filter((metric) => wanted.has(metric) && axisKind(metric) === kind);
      return shown.length > 0 ? [plan(family, kind, index, shown)] : [];
    });
  });
}

function plan(family: Family, kind: AxisKind, index: number, metrics: Metric[]): FigurePlan {
  return {
    id: index === 0 ? family.id : `${family.id}-${kind}`,
    family,
    title: index === 0 ? family.title : `${family.title} (${index + 1})`,
    axis: family.axis()[kind] ?? (kind === 'share' ? t('share (%)') : t('value')),
    metrics,
  };
}
