/** What discovery wants to know of a model before anything is run. */
import path from 'node:path';
import type { DType } from '../formats/array';
import { anatomyOf, type Anatomy } from '../onnx/anatomy';
import type { Model } from '../onnx/graph';
import { inputRole, samplesInput } from '../onnx/model-inputs';
import { readModelFile } from '../onnx/read-model';
import type { ModelOverrides } from '../protocol/engine';
import { Fault } from '../protocol/faults';
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

/** @throws Fault of readModelFile and of anatomyOf for overrides that name nothing */
export async function modelFacts(file: string, overrides: ModelOverrides): Promise<ModelFacts> {
  const { model } = await readModelFile(file);
  const { graph } = model;
  const anatomy = anatomyOrNone(model, overrides, path.basename(file));
  const classes = anatomy?.classes;
  const samples = samplesInput(graph)?.name;
  return {
    inputs: [...graph.inputs]
      .sort((a, b) => Number(b.name === samples) - Number(a.name === samples))
      .map((input) => ({
        name: input.name,
        role: inputRole(graph, input.name),
        dtype: DTYPES[input.elementType] ?? 'float32',
        shape: input.shape ?? [],
      })),
    // A single logit decides between two classes.
    classes: classes === 1 ? 2 : classes,
    featureDimension: anatomy?.head?.dimension,
    ...(anatomy?.ambiguous
      ? { outputs: [{ output: anatomy.output, classes: anatomy.classes }, ...anatomy.others] }
      : {}),
  };
}

/** A model without a head may still have data that fits; measuring then says what is wrong with it. */
function anatomyOrNone(model: Model, overrides: ModelOverrides, file: string): Anatomy | undefined {
  try {
    return anatomyOf(model, overrides, file);
  } catch (error) {
    if (error instanceof Fault && error.code === 'E_NO_HEAD') return undefined;
    throw error;
  }
}
