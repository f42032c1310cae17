/** The one list of metrics: what the report holds, the panel charts and the documents explain. */
import type { Measured } from '../protocol/report';
import { accuracy, testAccuracy } from './accuracy';
import { alignment } from './alignment';
import { biasResidual } from './bias-residual';
import { calibrationError } from './calibration';
import { cdnv } from './cdnv';
import { deviation, geometryPart, leastSquaresLoss, pathDistance, squaredLoss, variabilityPart } from './central-path';
import { compression, discrimination } from './compression';
import { dilationNc1, dilationRadius } from './dilation';
import { meansDrift, weightsDrift } from './drift';
import { effectiveDepth } from './effective-depth';
import { meansCosineDeviation, weightsCosineDeviation } from './equiangularity';
import { meansNormVariation, weightsNormVariation } from './equinorm';
import { dualOrthogonalFrame, layerOrthogonalFrame, meansOrthogonalFrame, weightsOrthogonalFrame } from './frames';
import { unitAlignment, unitVariability } from './generalised-collapse';
import { majorityAccuracy, minorityAccuracy } from './group-accuracy';
import { interpolationDeviation, interpolationEpsilon, normProduct } from './interpolation';
import { classifierEnergy, featureEnergy, imbalanceRatio } from './layer-peeled';
import { logitRadiusVariation, logitSimplex, logitVariability } from './logit-simplex';
import { asMeasured } from './measured';
import { marginRatio, marginVariation, normalisedMargin, smallestMargin } from './margin';
import { meansMaximalAngle, weightsMaximalAngle } from './maximal-angle';
import { meansCosine } from './means-cosine';
import { memorisation, memorisationProgress, totalMemorisation } from './memorisation';
import type { AcrossLayersMetric, LayerValues, Metric, MetricInput, MetricResult } from './metric';
import { leastMinorityCosine, minorityCosine, minoritySpread } from './minority-collapse';
import { multilabelMetrics, pickAllLoss } from './multilabel';
import { condition, nc1, traceRatio } from './nc1';
import { layerMismatch, mismatch, nearestCentreAccuracy, testMismatch } from './nearest-centre';
import { oodAuroc, oodOrthogonality } from './out-of-distribution';
import {
  participationBetween,
  participationTotal,
  participationWithin,
  stableBetween,
  stableTotal,
  stableWithin,
} from './ranks';
import { selfDuality } from './self-duality';
import { decay, decayFit, fuzziness } from './separation';
import { signalToNoiseLeast, signalToNoiseMean, signalToNoiseMost, signalToNoiseVariation } from './signal-to-noise';
import { dualSimplex, meansSimplex, weightsSimplex } from './simplex-distance';
import { simplexFloor } from './simplex-floor';
import { meanOneVersusRest, meansOneVersusRest, oneVersusOne, oneVersusRest, shareOfOptimum } from './softmax-code';
import { sphereEnergy, sphereEnergyGap } from './sphere-energy';
import { strongBalance, strongBias, strongFeatures, strongSubspace, strongWeights } from './strong-collapse';
import { taskMetrics } from './tasks';
import { featureNormVariation, sphereDuality, sphereSimplex, sphereVariability } from './unit-sphere';

/** Measured over the layers of a checkpoint, from their own metrics. */
const acrossLayers: readonly AcrossLayersMetric[] = [decay, decayFit, effectiveDepth];

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
  layerMismatch,
  fuzziness,
  alignment,
  stableBetween,
  stableWithin,
  stableTotal,
  participationBetween,
  participationWithin,
  participationTotal,
  squaredLoss,
  leastSquaresLoss,
  deviation,
  variabilityPart,
  geometryPart,
  pathDistance,
  signalToNoiseMean,
  signalToNoiseLeast,
  signalToNoiseMost,
  signalToNoiseVariation,
  ...acrossLayers,
  meansDrift,
  weightsDrift,
  ...taskMetrics,
  meansSimplex,
  weightsSimplex,
  dualSimplex,
  biasResidual,
  meansOrthogonalFrame,
  weightsOrthogonalFrame,
  dualOrthogonalFrame,
  meansCosine,
  minorityCosine,
  leastMinorityCosine,
  minoritySpread,
  classifierEnergy,
  featureEnergy,
  imbalanceRatio,
  unitVariability,
  oneVersusRest,
  meanOneVersusRest,
  meansOneVersusRest,
  oneVersusOne,
  shareOfOptimum,
  unitAlignment,
  simplexFloor,
  strongWeights,
  strongFeatures,
  strongBias,
  strongBalance,
  strongSubspace,
  sphereEnergy,
  sphereEnergyGap,
  sphereVariability,
  sphereSimplex,
  sphereDuality,
  featureNormVariation,
  compression,
  discrimination,
  cdnv,
  layerOrthogonalFrame,
];

const byId = new Map(metrics.map((metric) => [metric.id, metric]));

export function metricById(id: string): Metric | undefined {
  return byId.get(id);
}

/** Why a metric that does not belong in a run has no value there. */
export function belongsElsewhere({ runs = 'another kind of run' }: Metric): string {
  return `it is measured in ${runs}`;
}

/**
 * Every metric that belongs at this layer: a finite number, or the reason why there is none.
 * @param computed which of them are computed; all, where it is left out
 */
export function measureAll(input: MetricInput, computed?: (metric: Metric) => boolean): Measured {
  const results: [string, MetricResult][] = [];
  for (const metric of metrics) {
    if (computed?.(metric) === false) continue;
    if (metric.where !== 'everyLayer' && (input.role === 'hidden' || metric.where !== 'penultimate')) continue;
    if (metric.belongs?.(input) === false) continue;
    results.push([metric.id, metric.compute(input)]);
  }
  return asMeasured(results);
}

/**
 * The metrics of a whole checkpoint, from the metrics of its layers.
 * @param layers in depth order, the penultimate layer last
 */
export function measureAcross(layers: readonly LayerValues[], computed?: (metric: Metric) => boolean): Measured {
  const wanted = acrossLayers.filter((metric) => computed?.(metric) !== false);
  return asMeasured(wanted.map((metric) => [metric.id, metric.across(layers)]));
}
