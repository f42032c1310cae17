/** Features that were saved layer by layer, with the class of each sample: opened, and read block by block. */
import { rowLength, type RowBlock } from '../formats/array';
import { Fault } from '../protocol/faults';
import type { ArrayReference, Plan } from '../protocol/engine';
import { blocks, blocksOf, openSource, pooled, usedRows, type Source } from './activation-source';
import { readFacts, type SampleFacts } from './sample-facts';

export interface SavedReferences {
  /** In depth order; the last one is the penultimate layer. */
  layers: readonly ArrayReference[];
  labels: ArrayReference;
  cleanLabels?: ArrayReference;
}

export class SavedFeatures {
  private constructor(
    /** In depth order. */
    readonly sources: readonly Source[],
    /** What is known of each sample used. */
    readonly facts: SampleFacts,
    private readonly used: Int32Array | undefined,
    private readonly onBlock: () => Promise<void>,
  ) {}

  /**
   * @param shown what faults call the activations
   * @param onBlock called before each block; throws to stop
   * @throws Fault of opening and of reading labels; E_NO_DATA where no layer is named
   */
  static async open(
    references: SavedReferences,
    run: Pick<Plan['run'], 'classes' | 'classNames'>,
    pooling: Plan['pooling'],
    { shown, maxSamples, onBlock }: { shown: string; maxSamples?: number; onBlock: () => Promise<void> },
  ): Promise<SavedFeatures> {
    const { used, facts } = await readFacts(references, run, maxSamples);
    const sources: Source[] = [];
    try {
      for (const reference of references.layers) sources.push(await openSource(reference, pooling));
      if (sources.length === 0) throw new Fault('E_NO_DATA', `${shown}: no activations were found in it.`);
      return new SavedFeatures(sources, facts, used, onBlock);
    } catch (error) {
      for (const { file } of sources) await file.close();
      throw error;
    }
  }

  /** The penultimate layer. */
  get last(): Source {
    return this.sources.at(-1)!;
  }

  /** How many blocks one pass over the penultimate layer has. */
  get blocks(): number {
    return blocks(this.last);
  }

  /** The rows used, pooled, in order. */
  async *read(source: Source): AsyncGenerator<RowBlock> {
    for await (const raw of usedRows(blocksOf(source), rowLength(source.info), this.used)) {
      await this.onBlock();
      yield pooled(raw, source);
    }
  }

  async close(): Promise<void> {
    for (const { file } of this.sources) await file.close();
  }
}
