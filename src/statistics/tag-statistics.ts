/** Samples with any number of classes (multi-hot labels): the means of the features by set of classes. */
import type { ClassStatistics } from './class-statistics';

/** Samples whose number of classes is m. */
export interface Multiplicity {
  /** m. */
  size: number;
  /** The sets of classes that were seen, each ascending; row s of the statistics is that of set s. */
  sets: readonly (readonly number[])[];
  /** Class statistics with the sets as classes; with its span, cut at rank K−1, and the variance along it. */
  statistics: ClassStatistics;
}

export interface TagStatistics {
  /** K. */
  classes: number;
  /** By m, ascending; m = 1 first where it was seen. */
  multiplicities: readonly Multiplicity[];
  /** Mean over the samples of Σ_{k∈S} CE(z, k), in nats; absent without logits. */
  pickAllLoss?: number;
}
