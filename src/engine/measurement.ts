/** What one layer needs while it is measured: sums in the first pass, projections in the second. */
import type { Asked } from '../metrics/asked';
import { measureGeometry } from '../geometry/measure-geometry';
import { cautions } from '../metrics/cautions';
import type { Classifier, Metric, MetricInput, Need } from '../metrics/metric';
import type { DriftState } from '../metrics/drift';
import { measureAll } from '../metrics/registry';
import type { Geometry } from '../protocol/geometry';
import type { LayerReport, Measured, Pooling } from '../protocol/report';
import { ClassMoments } from '../statistics/class-moments';
import type { ClassStatistics } from '../statistics/class-statistics';
import { CovarianceSums, type BlockProduct } from '../statistics/covariance-sums';
import { analyseSpan, tooCostlySpan } from '../statistics/mean-span';
import { SecondPass } from '../statistics/second-pass';
import { WIDEST } from '../statistics/within-covariance';
import { classRows } from './class-rows';
import type { LastLayer, LastLayerBatch } from './last-layer';

export interface MeasuredLayer {
  tensor: string;
  name: string;
  role: 'hidden' | 'penultimate';
  /** `auto` only until the first batch has settled it. */
  pooling: Pooling | 'auto';
}

export interface LayerOptions {
  classes: number;
  classNames: readonly string[];
  /** The metrics that are wanted of it: what they do not need is not gathered. */
  asked: Asked;
  /** What is measured of such data; everything where it is left out. */
  there?: (metric: Metric) => boolean;
  /** XᵀX, faster than it is done here. */
  gram: BlockProduct;
  /** Of the penultimate layer: gathers what its own measures ask for. */
  last?: LastLayer;
}

export interface SecondBatch extends Omit<LastLayerBatch, 'logits'> {
  /** Class the network chose for each row. */
  networkArgmax?: Int32Array;
}

/** Multiply-adds for one layer's Σ_W at most: about two seconds on two cores. */
const COVARIANCE_WORK = 2e11;

/** A layer from its first batch to its metrics. */
export class LayerMeasurement {
  private moments: ClassMoments | undefined;
  private firstPass: ClassStatistics | undefined;
  private second: SecondPass | undefined;
  private covariance: CovarianceSums | undefined;
  private width = 0;
  /** What a reader should know before trusting this layer's numbers. */
  warnings: string[] = [];
  /** Of the penultimate layer, once it is finished. */
  geometry: Geometry | undefined;

  constructor(
    readonly layer: MeasuredLayer,
    private readonly options: LayerOptions,
  ) {}

  get dimension(): number {
    return this.width;
  }

  /** @param batch rows without a class, or of several, are passed over */
  addFirst(batch: LastLayerBatch): void {
    const { values, dimension, labels, count } = batch;
    this.width = dimension;
    this.moments ??= new ClassMoments(this.options.classes, dimension);
    const own = classRows(values, dimension, labels, count);
    this.moments.add(own.values, own.labels, own.count);
    this.options.last?.addFirst(batch, own);
  }

  /** First sample (and its class) with a feature that is not finite. */
  get nonFinite(): { row: number; label: number } | undefined {
    return this.moments?.firstNonFinite;
  }

  /** Ends the first pass: which directions separate the classes, and what the second pass can afford. */
  finishFirst(): void {
    if (!this.moments) return;
    const statistics = this.moments.finish();
    this.moments = undefined;
    this.firstPass = statistics;
    const { classes, dimension, samples } = statistics;
    const costly = this.layer.role === 'hidden' && tooCostlySpan(classes, dimension) !== undefined;
    const span = costly || !this.needs('span') ? undefined : analyseSpan(statistics);
    if (span || this.needs('nearestCentre')) {
      this.second = new SecondPass(statistics, span ? { span, withinMatrix: this.needs('withinSpan') } : {});
    }
    if (this.needs('within') && dimension <= WIDEST && samples * dimension * dimension <= COVARIANCE_WORK) {
      this.covariance = new CovarianceSums(statistics);
    }
    this.options.last?.finishFirst(statistics);
  }

  /** Whether `addSecond` gathers anything. */
  get needsSecondPass(): boolean {
    return this.options.asked.needsSecondPass(this.layer.role);
  }

  private needs(need: Need): boolean {
    return this.options.asked.needs(need, this.layer.role);
  }

  async addSecond(batch: SecondBatch): Promise<void> {
    const { values, dimension, labels, count, networkArgmax } = batch;
    const own = classRows(values, dimension, labels, count, networkArgmax);
    this.second?.add(own.values, own.labels, own.count, own.networkArgmax);
    await this.covariance?.addThrough(this.options.gram, own.values, own.labels, own.count);
    this.options.last?.addSecond(batch, own);
  }

  /** Class statistics of the first pass; the span of the class means has no variance along it yet. */
  get statistics(): ClassStatistics | undefined {
    return this.firstPass;
  }

  /** What the next checkpoint is compared with. */
  driftState(weight: Float64Array | undefined): DriftState | undefined {
    return this.firstPass && { ...this.firstPass, ...(weight ? { weight } : {}) };
  }

  /** Turns the statistics into metrics; fills `warnings` and `geometry`. */
  finish(depth: number, facts: Facts): LayerReport {
    const { tensor, name, role, pooling } = this.layer;
    return {
      name,
      tensor,
      depth,
      role,
      dimension: this.width,
      pooling: pooling === 'auto' ? 'flatten' : pooling,
      ...this.measure(facts),
    };
  }

  private measure(facts: Facts): Measured {
    if (!this.firstPass) return { metrics: {} };
    const { nearestCentre, span } = this.second?.finish() ?? {};
    const { asked, there = () => true } = this.options;
    const input: MetricInput = {
      statistics: span ? { ...this.firstPass, span } : this.firstPass,
      role: this.layer.role,
      ...(nearestCentre ? { nearestCentre } : {}),
      ...facts,
      ...(this.covariance ? { within: this.covariance.finish() } : {}),
      ...this.options.last?.finish(),
    };
    this.warnings = cautions(input, this.options.classNames);
    const measured = measureAll(input, (metric) => asked.computes(metric) && there(metric));
    // After the metrics: products and distances that they have found are not looked for again.
    if (this.options.last?.drawn) this.geometry = measureGeometry(input, this.options.last.drawn);
    return measured;
  }
}

/** What is known beside the features: classifier, accuracy, training, other data. */
export type Facts = Pick<
  MetricInput,
  'noClassifier' | 'accuracy' | 'test' | 'training' | 'next' | 'network' | 'ood'
> & { classifier?: Classifier };

export function classCounts(labels: Int32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) if (label >= 0) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

/** Share of rows where the network's class is the label. */
export function shareCorrect(correct: number, samples: number): number {
  return samples === 0 ? 0 : correct / samples;
}
