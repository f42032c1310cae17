/** The one list of metrics: what the report holds, the panel charts and the documents explain. */
import type { Measured } from '../protocol/report';
import { accuracy, testAccuracy } from './accuracy';
import { calibrationError } from './calibration';
import { dilationNc1, dilationRadius } from './dilation';
import { meansCosineDeviation, weightsCosineDeviation } from './equiangularity';
import { meansNormVariation, weightsNormVariation } from './equinorm';
import { majorityAccuracy, minorityAccuracy } from './group-accuracy';
import { interpolationDeviation, interpolationEpsilon, normProduct } from './interpolation';
import { logitRadiusVariation, logitSimplex, logitVariability } from './logit-simplex';
import { marginRatio, marginVariation, normalisedMargin, smallestMargin } from './margin';
import { meansMaximalAngle, weightsMaximalAngle } from './maximal-angle';
import { memorisation, memorisationProgress, totalMemorisation } from './memorisation';
import type { Metric, MetricInput } from './metric';
import { multilabelMetrics, pickAllLoss } from './multilabel';
import { condition, nc1, traceRatio } from './nc1';
import { mismatch, nearestCentreAccuracy, testMismatch } from './nearest-centre';
import { oodAuroc, oodOrthogonality } from './out-of-distribution';
import { selfDuality } from './self-duality';

/** Every metric, in the order of the panel. */
export const metrics: readonly Metric[] = [
  nc1,
  traceRatio,
  condition,
  meansNormVariation,
  weightsNormVariation,
  meansCosineDeviation,
  weightsCosineDeviation,
  meansMaximalAngle,
  weightsMaximalAngle,
  selfDuality,
  mismatch,
  testMismatch,
  accuracy,
  testAccuracy,
  nearestCentreAccuracy,
  majorityAccuracy,
  minorityAccuracy,
  ...multilabelMetrics,
  pickAllLoss,
  memorisation,
  totalMemorisation,
  memorisationProgress,
  dilationNc1,
  dilationRadius,
  calibrationError,
  smallestMargin,
  normalisedMargin,
  marginRatio,
  marginVariation,
  logitVariability,
  logitSimplex,
  logitRadiusVariation,
  interpolationEpsilon,
  interpolationDeviation,
  normProduct,
  oodOrthogonality,
  oodAuroc,
];

const byId = new Map(metrics.map((metric) => [metric.id, metric]));

export function metricById(id: string): Metric | undefined {
  return byId.get(id);
}

/** Every metric that belongs at this layer: a finite number, or the reason why there is none. */
export function measureAll(input: MetricInput): Measured {
  const values: Record<string, number> = {};
  const reasons: Record<string, string> = {};
  for (const metric of metrics) {
    if (metric.where !== 'everyLayer' && (input.role === 'hidden' || metric.where !== 'penultimate')) continue;
    if (metric.belongs?.(input) === false) continue;
    const result = metric.compute(input);
    if (typeof result !== 'number') reasons[metric.id] = result.notApplicable;
    else if (Number.isFinite(result)) values[metric.id] = result;
    else reasons[metric.id] = 'the result is not a finite number; the features or weights are too large or not finite';
  }
  return Object.keys(reasons).length === 0 ? { metrics: values } : { metrics: values, notApplicable: reasons };
}
