/** What discovery needs to know of a model. Reading it from the file is the caller's part. */
import type { DType } from '../formats/array';

export interface ModelFacts {
  inputs: ModelInputFacts[];
  /** K, from the head; undefined where no head was found. */
  classes: number | undefined;
  /** d, length of the vector that the head takes. */
  featureDimension: number | undefined;
}

export interface ModelInputFacts {
  name: string;
  dtype: DType;
  /** null = dynamic; axis 0 is the batch. */
  shape: (number | null)[];
}

/** @throws Fault where the file is no model that can be read */
export type ReadModel = (file: string) => Promise<ModelFacts>;
