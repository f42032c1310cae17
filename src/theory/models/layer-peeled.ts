/**
 * The layer-peeled model of fang2021 with two groups of classes, common and rare. Classifier and features meet their budgets exactly; classes 0 … K_A−1 weigh R times as much as the K_B others.
 */
import type { Objective } from '../optimise/objective';
import { balancedLabels, objectiveOf, sizeOf, type UnconstrainedModel } from './unconstrained';
import { onSpheres, type Sphere } from './spheres';
import type { TwoGroups } from './layer-peeled-optimum';
import { crossEntropy, type Loss } from './losses';

export interface PeeledSize {
  dimension: number;
  /** Free features of each class; a class's weight is shared among them. */
  n: number;
  classifierBudget: number;
  featureBudget: number;
}

export interface Peeled {
  model: UnconstrainedModel;
  spheres: Sphere[];
  objective: Objective;
}

/** @param ratio R, samples of a majority class over those of a minority class; need not be whole */
export function layerPeeled({ majority, minority }: TwoGroups, ratio: number, size: PeeledSize): Peeled {
  const classes = majority + minority;
  const { dimension, n, classifierBudget, featureBudget } = size;
  const unit = 1 / (n * (majority * ratio + minority));
  const loss: Loss = (logits, offset, count, label, weight, gradient) => {
    const share = label < majority ? ratio : 1;
    return share * crossEntropy(logits, offset, count, label, share * weight, gradient);
  };
  const model: UnconstrainedModel = {
    classes,
    dimension,
    labels: balancedLabels(classes, n),
    loss,
    decay: { weight: 0, features: 0 },
    bias: false,
    sampleWeight: unit,
  };
  const split = classes * dimension;
  const spheres = [
    { from: 0, to: split, radius: Math.sqrt(classes * classifierBudget) },
    { from: split, to: sizeOf(model), radius: Math.sqrt(classes * n * featureBudget) },
  ];
  return { model, spheres, objective: onSpheres(objectiveOf(model), spheres) };
}
