/** What discovery wants to know of a model before anything is run. */
import { findHead } from '../onnx/head';
import { readModelFile } from '../onnx/read-model';
import type { DType } from '../formats/array';
import type { ModelFacts } from '../run/model-facts';

const DTYPES: Record<number, DType> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  8: 'string',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  16: 'bfloat16',
};

/** @throws Fault of readModelFile */
export async function modelFacts(file: string): Promise<ModelFacts> {
  const { model } = await readModelFile(file);
  const found = findHead(model.graph);
  const head = 'head' in found ? found.head : undefined;
  return {
    inputs: model.graph.inputs.map((input) => ({
      name: input.name,
      dtype: DTYPES[input.elementType] ?? 'float32',
      shape: input.shape ?? [],
    })),
    classes: head?.classes,
    featureDimension: head?.dimension,
  };
}
