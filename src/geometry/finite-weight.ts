/** The classifier's weight, where there is one that fits the features and that numbers can be told of. */
import { frobenius } from '../metrics/class-means';
import type { MetricInput } from '../metrics/metric';
import { lacksClassifier } from '../metrics/requirements';
import type { Lacking } from '../protocol/geometry';

export function finiteWeight(input: MetricInput): { weight: Float64Array } | Lacking {
  const lack = lacksClassifier(input);
  if (lack) return { notApplicable: lack };
  const { weight } = input.classifier!;
  return Number.isFinite(frobenius(weight))
    ? { weight }
    : { notApplicable: 'some weights of the classifier are NaN, infinite or too large' };
}
