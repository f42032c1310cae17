/** Held-out data: against the training class means, and seen for itself. */
import type { MetricInput } from '../metrics/metric';
import { ClassMoments } from '../statistics/class-moments';
import type { ClassStatistics } from '../statistics/class-statistics';
import { analyseSpan } from '../statistics/mean-span';
import { SecondPass } from '../statistics/second-pass';
import { SpanVariance } from '../statistics/span-variance';
import { classRows } from './class-rows';
import type { SecondBatch } from './measurement';

export class HeldOut {
  private readonly moments: ClassMoments;
  private readonly againstTraining: SecondPass;
  private own: SpanVariance | undefined;
  private rows = 0;

  /** @param training class statistics of the training data at the same layer */
  constructor(training: ClassStatistics) {
    this.moments = new ClassMoments(training.classes, training.dimension);
    this.againstTraining = new SecondPass(training);
  }

  addFirst({ values, dimension, labels, count, networkArgmax }: SecondBatch): void {
    const own = classRows(values, dimension, labels, count, networkArgmax);
    this.moments.add(own.values, own.labels, own.count);
    this.againstTraining.add(own.values, own.labels, own.count, own.networkArgmax);
    this.rows += own.count;
  }

  finishFirst(): void {
    if (this.rows === 0) return;
    const statistics = this.moments.finish();
    this.own = new SpanVariance(statistics, analyseSpan(statistics));
  }

  addSecond({ values, dimension, labels, count }: SecondBatch): void {
    const own = classRows(values, dimension, labels, count);
    this.own?.add(own.values, own.labels, own.count);
  }

  /** @param accuracy share correct by the network, where it decides */
  finish(accuracy: number | undefined): NonNullable<MetricInput['test']> {
    const base = accuracy === undefined ? {} : { accuracy };
    if (!this.own) return base;
    const { nearestCentre } = this.againstTraining.finish();
    return { ...base, nearestCentre, statistics: this.own.finish() };
  }
}
