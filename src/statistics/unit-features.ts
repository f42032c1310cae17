/** Features scaled to unit norm, as the papers on normalised features and on many classes take them. */
import type { ClassStatistics } from './class-statistics';

export interface UnitFeatures {
  /** Class statistics of h/‖h‖; with its span analysed and the variance along it, where the second pass was made. */
  statistics: ClassStatistics;
  /** Mean and standard deviation (ddof 0) of ‖h‖ over all samples. */
  norms: { mean: number; deviation: number };
  /** Samples whose features are all zero: they have no direction and are left out of the statistics. */
  zeros: number;
}
