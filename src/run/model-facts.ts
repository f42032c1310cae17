/** What discovery needs to know of a model. Reading it from the file is the caller's part. */
import type { DType } from '../formats/array';
import type { ModelOverrides } from '../protocol/engine';

export interface ModelFacts {
  /** The one that carries the samples first. */
  inputs: ModelInputFacts[];
  /** Outputs that could be the logits, where nothing in the file says which: the likeliest first. */
  outputs?: { output: string; classes: number | undefined }[];
  /** K, from the head; undefined where no head was found. */
  classes: number | undefined;
  /** d, length of the vector that the head takes. */
  featureDimension: number | undefined;
}

export interface ModelInputFacts {
  name: string;
  /** What the input is for; `other` needs data of its own. */
  role: 'samples' | 'mask' | 'types' | 'positions' | 'other';
  dtype: DType;
  /** null = dynamic; axis 0 is the batch. */
  shape: (number | null)[];
}

/** @throws Fault where the file is no model that can be read */
export type ReadModel = (file: string, overrides: ModelOverrides) => Promise<ModelFacts>;
