/** One labelled data set run through a model: all measured layers, from the first batch to their metrics. */
import type { Asked } from '../metrics/asked';
import type { Metric } from '../metrics/metric';
import { Fault } from '../protocol/faults';
import type { LayerReport } from '../protocol/report';
import type { BlockProduct } from '../statistics/covariance-sums';
import type { FeatureBatch } from './feature-pass';
import { LastLayer } from './last-layer';
import { LayerMeasurement, type Facts, type MeasuredLayer } from './measurement';
import type { SampleFacts } from './sample-facts';

export interface SplitOptions {
  classes: number;
  classNames: readonly string[];
  asked: Asked;
  facts: SampleFacts;
  gram: BlockProduct;
  /** What is measured of such data; everything where it is left out. */
  there?: (metric: Metric) => boolean;
  /** Of the checkpoint, for faults. */
  file: string;
  /** Of the data, for faults: "test", "transfer"; empty for the training data. */
  which: string;
}

export class SplitMeasurement {
  private readonly layers: LayerMeasurement[];

  /** @param layers in depth order, the penultimate layer last; their pooling is settled */
  constructor(
    layers: readonly MeasuredLayer[],
    private readonly options: SplitOptions,
  ) {
    const { classes, asked, facts } = options;
    this.layers = layers.map(
      (layer) =>
        new LayerMeasurement(layer, {
          ...options,
          ...(layer.role === 'penultimate'
            ? { last: new LastLayer(classes, facts, asked, options.there === undefined && asked.everything) }
            : {}),
        }),
    );
  }

  /** The penultimate layer. */
  get last(): LayerMeasurement {
    return this.layers.at(-1)!;
  }

  addFirst({ start, count, labels, logits, layers }: FeatureBatch): void {
    layers.forEach((vectors, l) =>
      this.layers[l]?.addFirst({ ...vectors, start, count, labels, ...(logits ? { logits } : {}) }),
    );
  }

  /** @throws Fault E_NOT_FINITE */
  finishFirst(): void {
    const { file, which } = this.options;
    for (const { layer, nonFinite } of this.layers) {
      if (!nonFinite) continue;
      throw new Fault(
        'E_NOT_FINITE',
        `${file}: layer ${layer.name} is not finite (NaN or infinity) for ${which ? `${which} ` : ''}sample ${nonFinite.row}; the weights have diverged or the data needs preprocessing.`,
      );
    }
    for (const layer of this.layers) layer.finishFirst();
  }

  /** Whether the same features must come once more. */
  get needsSecondPass(): boolean {
    return this.layers.some((layer) => layer.needsSecondPass);
  }

  async addSecond(batch: FeatureBatch): Promise<void> {
    for (const [l, vectors] of batch.layers.entries()) await this.layers[l]?.addSecond({ ...batch, ...vectors });
  }

  /** @param factsOf what is known beside the features, by layer */
  finish(factsOf: (layer: LayerMeasurement, index: number) => Facts): LayerReport[] {
    return this.layers.map((layer, index) => layer.finish(index + 1, factsOf(layer, index)));
  }

  /** What a reader should know before trusting the numbers; known once finished. */
  get warnings(): string[] {
    return this.layers.flatMap((layer) => layer.warnings);
  }
}
