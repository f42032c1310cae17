/** Metrics of any kind, for rules that must hold whatever the registry grows to. */
import type { Metric } from '../../../src/metrics/metric';

export function madeUp(id: string, more: Partial<Metric> = {}): Metric {
  return {
    id,
    name: `Name of ${id}`,
    plain: 'Made up.',
    formula: 'x',
    limit: () => 0,
    range: '[0, ∞)',
    scale: 'log',
    family: 'sphere',
    papers: ['yaras2022'],
    where: 'penultimate',
    compute: () => 0,
    ...more,
  };
}
