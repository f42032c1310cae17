/** The penultimate layer: what its measures ask for beside class means, gathered in the same two passes. */
import type { Asked } from '../metrics/asked';
import type { MetricInput, Need } from '../metrics/metric';
import type { DrawnSamples } from '../geometry/picture';
import type { ClassStatistics } from '../statistics/class-statistics';
import { CleanMoments, NoiseDistances } from '../statistics/label-noise-passes';
import { LogitMoments } from '../statistics/logit-moments';
import { analyseSpan } from '../statistics/mean-span';
import { SecondPass } from '../statistics/second-pass';
import { TagMoments } from '../statistics/tag-moments';
import { TagSets, type Tags } from '../statistics/tag-sets';
import type { TagStatistics } from '../statistics/tag-statistics';
import { TagVariance } from '../statistics/tag-variance';
import type { UnitFeatures } from '../statistics/unit-features';
import { UnitMoments, unitRows } from '../statistics/unit-moments';
import { classRows, type ClassRows } from './class-rows';
import { PictureSamples } from './picture-samples';
import type { SampleFacts } from './sample-facts';

type Values = Float32Array | Float64Array;

/** One batch of penultimate features, and what the network made of it. */
export interface LastLayerBatch {
  /** Index of the first row among the samples used. */
  start: number;
  count: number;
  /** count×d, row-major. */
  values: Values;
  dimension: number;
  /** Class of each row, −1 for none or several. */
  labels: Int32Array;
  /** count×K, row-major; absent where the network gives no value for each class. */
  logits?: Values;
}

/** First pass, `finishFirst`, second pass over the same rows, `finish`. */
export class LastLayer {
  private unitMoments: UnitMoments | undefined;
  private logitMoments: LogitMoments | undefined;
  private tagMoments: TagMoments | undefined;
  private cleanMoments: CleanMoments | undefined;
  private unit: UnitFeatures | undefined;
  private unitSecond: SecondPass | undefined;
  private tagVariance: TagVariance | undefined;
  private tagFirst: TagStatistics | undefined;
  private noise: NoiseDistances | undefined;
  private picture: PictureSamples | undefined;

  constructor(
    private readonly classes: number,
    private readonly facts: SampleFacts,
    private readonly asked: Asked,
    /** Whether samples are drawn in a picture: of the training data, and only where all is measured. */
    private readonly draws = false,
  ) {}

  private needs(need: Need): boolean {
    return this.asked.needs(need, 'penultimate');
  }

  /** @param own the batch's rows that have a class */
  addFirst(batch: LastLayerBatch, own: ClassRows): void {
    const { values, dimension, labels, count, logits, start } = batch;
    if (this.needs('unit')) {
      this.unitMoments ??= new UnitMoments(this.classes, dimension);
      this.unitMoments.add(own.values, own.labels, own.count);
    }
    if (logits && this.needs('logits')) {
      this.logitMoments ??= new LogitMoments(this.classes);
      const judged = classRows(logits, this.classes, labels, count);
      this.logitMoments.add(judged.values, judged.labels, judged.count);
    }
    const { tags, clean } = this.facts;
    if (tags && this.needs('tags')) {
      this.tagMoments ??= new TagMoments(new TagSets(tags, this.classes, dimension));
      this.tagMoments.add(values, tagsOf(tags, start, count), count, logits);
    }
    if (clean && this.needs('noise')) {
      this.cleanMoments ??= new CleanMoments(this.classes, dimension);
      this.cleanMoments.add(values, labels, clean.subarray(start, start + count), count);
    }
  }

  /** @param statistics of the layer's first pass */
  finishFirst(statistics: ClassStatistics): void {
    this.unit = this.unitMoments?.finish();
    if (this.unit && this.unit.statistics.samples > 0) {
      const { statistics: own } = this.unit;
      this.unitSecond = new SecondPass(own, { span: analyseSpan(own) });
    }
    this.tagFirst = this.tagMoments?.finish();
    if (this.tagMoments && this.tagFirst) this.tagVariance = new TagVariance(this.tagMoments.sets, this.tagFirst);
    if (this.cleanMoments) this.noise = new NoiseDistances(this.cleanMoments.finish());
    if (this.draws && statistics.samples > 0) this.picture = new PictureSamples(statistics, this.facts, this.tagFirst);
  }

  /** @param own as in the first pass */
  addSecond(batch: Omit<LastLayerBatch, 'logits'>, own: ClassRows): void {
    const { values, dimension, labels, count, start } = batch;
    if (this.unitSecond) {
      const unit = unitRows(own.values, own.labels, own.count, dimension);
      this.unitSecond.add(unit.values, unit.labels, unit.rows);
    }
    const { tags, clean } = this.facts;
    if (tags) this.tagVariance?.add(values, tagsOf(tags, start, count), count);
    if (clean) this.noise?.add(values, labels, clean.subarray(start, start + count), count);
    this.picture?.add(batch);
  }

  /** What the picture of collapse draws of single samples. */
  get drawn(): DrawnSamples | undefined {
    return this.picture?.finish();
  }

  finish(): Pick<MetricInput, 'unit' | 'logits' | 'tags' | 'noise'> {
    return {
      ...(this.unit ? { unit: this.finishedUnit(this.unit) } : {}),
      ...(this.logitMoments ? { logits: this.logitMoments.finish() } : {}),
      ...(this.tagVariance ? { tags: this.tagVariance.finish() } : {}),
      ...(this.noise ? { noise: this.noise.finish() } : {}),
    };
  }

  private finishedUnit(unit: UnitFeatures): UnitFeatures {
    const span = this.unitSecond?.finish().span;
    const statistics: ClassStatistics = span ? { ...unit.statistics, span } : unit.statistics;
    return { ...unit, statistics };
  }
}

/** The classes of `count` samples from `start` on; the indices are shared. */
function tagsOf({ starts, indices }: Tags, start: number, count: number): Tags {
  return { starts: starts.subarray(start, start + count + 1), indices };
}
