/** The axis of eigenvalues' ranks. */
import type { Axis, Tick } from './axis';
import { t } from '../words';

/** Up to so many ranks an axis shows them evenly; beyond, the first would be crowded. */
const FEW = 30;

export function rankAxis(last: number): Axis {
  const title = t('rank of the eigenvalue');
  if (last <= FEW) {
    const step = last <= 12 ? 1 : 5;
    const ticks: Tick[] = [];
    for (let value = step === 1 ? 1 : 5; value <= last; value += step) ticks.push({ value, label: String(value) });
    return { kind: 'linear', min: 0.5, max: last + 0.5, ticks, title };
  }
  const ticks: Tick[] = [];
  for (let power = 1; power <= last; power *= 10) {
    for (const step of [1, 2, 5])
      if (step * power <= last) ticks.push({ value: step * power, label: `${step * power}` });
  }
  return { kind: 'log', min: 0.85, max: last * 1.1, ticks, title };
}
