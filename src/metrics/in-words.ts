/** What a metric's fields say to a person: its limit, where it is measured, what it needs. */
import type { Metric, Need } from './metric';
import { formatLimit } from './number-format';

/**
 * The value at perfect collapse; a dash where there is none.
 * @param classes number of classes of the run; without it, a limit that depends on it is given by example
 */
export function limitInWords(metric: Metric, classes?: number): string {
  const { limit, limitText, percent } = metric;
  if (limitText !== undefined) return limitText;
  if (!limit) return '–';
  if (classes !== undefined) return formatLimit(limit(classes), percent);
  const [few, many] = [formatLimit(limit(3), percent), formatLimit(limit(10), percent)];
  return few === many ? few : `${few} for 3 classes, ${many} for 10`;
}

/** The limit as a number alone, for columns; empty where only words would do. */
export function limitAsNumber({ limit, percent }: Metric, classes: number): string {
  const value = limit?.(classes);
  return value === undefined || !Number.isFinite(value) ? '' : formatLimit(value, percent);
}

const WHERE: Record<Metric['where'], string> = {
  everyLayer: 'every layer',
  penultimate: 'penultimate',
  acrossLayers: 'across layers',
  acrossEpochs: 'across epochs',
};

/** In two words, for columns. */
export function whereShort({ where }: Metric): string {
  return WHERE[where];
}

const WHERE_SENTENCE: Record<Metric['where'], string> = {
  everyLayer: 'at every layer that is measured',
  penultimate: 'at the penultimate layer and its classifier',
  acrossLayers: 'over all layers of a checkpoint together',
  acrossEpochs: 'between a checkpoint and the one before it',
};

export function whereInWords({ where }: Metric): string {
  return WHERE_SENTENCE[where];
}

const NEEDS: Record<Need, string> = {
  classifier: 'the weight of the linear classifier',
  decisions: 'the classes that the network decides for',
  span: 'the spread of the features along the span of the class means',
  nearestCentre: 'the nearest class mean of every sample',
  unit: 'the features scaled to length 1',
  logits: 'the logits of the network',
  withinSpan: 'the within-class covariance along the span of the class means',
  within: 'the within-class covariance as a matrix, so a layer that is not too wide',
  tags: 'labels that may name several classes of a sample',
  noise: 'the clean labels beside the noisy ones',
  test: 'held-out data',
  next: 'the weights of the linear layer that follows',
  network: 'the weights of all layers, and that they are linear',
  ood: 'samples of no class',
};

/** Features and labels, what it needs beside them, and the kind of run. */
export function needsInWords({ needs = [], runs }: Metric): string[] {
  return ['features and labels', ...needs.map((need) => NEEDS[need]), ...(runs === undefined ? [] : [`for ${runs}`])];
}
