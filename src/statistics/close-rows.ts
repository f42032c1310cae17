/** Distances between rows whose products are known already. */
import { dot } from './products';

/** Below this share of the norms a distance taken from products has lost more than four digits. */
const NEARLY_EQUAL = 1e-4;

/**
 * ½‖v_a − v_b‖² for rows of V (d columns): from ½(‖v_a‖² + ‖v_b‖²) − ⟨v_a, v_b⟩, and from the difference of the rows
 * where that would cancel.
 * @param squares ½(‖v_a‖² + ‖v_b‖²)
 * @param scratch d values, overwritten
 */
export function halfSquaredDistance(
  squares: number,
  product: number,
  values: Float64Array,
  a: number,
  b: number,
  scratch: Float64Array,
): number {
  const half = squares - product;
  if (!(half < 2 * NEARLY_EQUAL * squares)) return half;
  const d = scratch.length;
  for (let j = 0; j < d; j++) scratch[j] = values[a * d + j]! - values[b * d + j]!;
  return 0.5 * dot(scratch, 0, scratch, 0, d);
}
