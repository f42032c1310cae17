/** What one layer needs while it is measured: sums in the first pass, projections in the second. */
import { cautions } from '../metrics/cautions';
import { measureAll } from '../metrics/registry';
import type { Classifier, MetricInput, NearestCentreShares } from '../metrics/metric';
import type { LayerReport, Measured, Pooling } from '../protocol/report';
import { ClassMoments } from '../statistics/class-moments';
import type { ClassStatistics } from '../statistics/class-statistics';
import { analyseSpan } from '../statistics/mean-span';
import { SecondPass } from '../statistics/second-pass';
import { classRows } from './class-rows';

type Values = Float32Array | Float64Array;

export interface MeasuredLayer {
  tensor: string;
  name: string;
  role: 'hidden' | 'penultimate';
  /** `auto` only until the first batch has settled it. */
  pooling: Pooling | 'auto';
}

/** A layer from its first batch to its metrics. */
export class LayerMeasurement {
  private moments: ClassMoments | undefined;
  private statistics: ClassStatistics | undefined;
  private second: SecondPass | undefined;
  /** What a reader should know before trusting this layer's numbers. */
  warnings: string[] = [];

  constructor(
    readonly layer: MeasuredLayer,
    private readonly classes: number,
    private readonly classNames: readonly string[],
  ) {}

  get dimension(): number {
    return this.moments?.dimension ?? this.statistics?.dimension ?? 0;
  }

  /** @param labels −1 for samples of no class or several, which are passed over */
  addFirst(values: Values, dimension: number, labels: Int32Array, rows: number): void {
    this.moments ??= new ClassMoments(this.classes, dimension);
    const own = classRows(values, dimension, labels, rows);
    this.moments.add(own.values, own.labels, own.count);
  }

  /** First sample (and its class) with a feature that is not finite. */
  get nonFinite(): { row: number; label: number } | undefined {
    return this.moments?.firstNonFinite;
  }

  /** Ends the first pass. Only the penultimate layer is worth the decomposition of its class means. */
  finishFirst(): void {
    if (!this.moments) return;
    this.statistics = this.moments.finish();
    this.moments = undefined;
    const span = this.layer.role === 'penultimate' ? analyseSpan(this.statistics) : undefined;
    this.second = new SecondPass(this.statistics, span ? { span } : {});
  }

  addSecond(values: Values, labels: Int32Array, rows: number, networkArgmax?: Int32Array): void {
    const own = classRows(values, this.dimension, labels, rows, networkArgmax);
    this.second?.add(own.values, own.labels, own.count, own.networkArgmax);
  }

  /** Nearest-class-centre counts of other data against this layer's class means. */
  otherData(): SecondPass | undefined {
    return this.statistics && new SecondPass(this.statistics, {});
  }

  /** Turns the statistics into metrics; fills `warnings`. */
  finish(depth: number, facts: Facts): LayerReport {
    const { tensor, name, role, pooling } = this.layer;
    const measured = this.measure(facts);
    return {
      name,
      tensor,
      depth,
      role,
      dimension: this.statistics?.dimension ?? 0,
      pooling: pooling === 'auto' ? 'flatten' : pooling,
      ...measured,
    };
  }

  private measure(facts: Facts): Measured {
    if (!this.statistics || !this.second) return { metrics: {} };
    const { nearestCentre, span } = this.second.finish();
    const input: MetricInput = {
      statistics: span ? { ...this.statistics, span } : this.statistics,
      role: this.layer.role,
      nearestCentre,
      ...facts,
    };
    this.warnings = cautions(input, this.classNames);
    return measureAll(input);
  }
}

/** What is known beside the features: classifier, accuracy, a test split. */
export interface Facts {
  classifier?: Classifier;
  noClassifier?: string;
  accuracy?: number;
  test?: { nearestCentre?: NearestCentreShares; accuracy?: number };
}

export function classCounts(labels: Int32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) if (label >= 0) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

/** Share of rows where the network's class is the label. */
export function shareCorrect(correct: number, samples: number): number {
  return samples === 0 ? 0 : correct / samples;
}
