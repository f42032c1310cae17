/** What a person may choose of a model: its layers with their shapes, its outputs. */
import path from 'node:path';
import { anatomyOf } from '../onnx/anatomy';
import { layerCandidates } from '../onnx/layers';
import { readModelFile, type ModelFile } from '../onnx/read-model';
import { tap } from '../onnx/splice';
import type { DescribeRequest, LayerChoice, ModelDescription } from '../protocol/engine';
import { Fault } from '../protocol/faults';
import { ModelSession } from './session';

/** @throws Fault of reading and of `anatomyOf` */
export async function describeModel({ file, model: overrides }: DescribeRequest): Promise<ModelDescription> {
  const model = await readModelFile(file);
  const anatomy = anatomyOf(model.model, overrides, path.basename(file));
  const { graph } = model.model;
  const automatic = new Map(anatomy.layers.map((layer) => [layer.tensor, layer]));
  const candidates = layerCandidates(graph, anatomy.features);
  const shapes = await shapesOf(
    model,
    candidates.map(({ tensor }) => tensor),
  );
  const layers = candidates.flatMap(({ tensor, name }): LayerChoice[] => {
    const known = automatic.get(tensor);
    const shape = shapes.get(tensor);
    // Without a batch and a feature axis there is nothing to measure.
    if (!known && shape && shape.length < 2) return [];
    return [
      {
        tensor,
        name: known?.name ?? name,
        ...(shape ? { shape: [...shape] } : {}),
        automatic: known !== undefined,
        penultimate: tensor === anatomy.features,
      },
    ];
  });
  return {
    features: anatomy.features,
    output: anatomy.output,
    outputs: graph.outputs.map(({ name }) => name),
    ...(anatomy.head ? { weight: anatomy.head.weightName } : {}),
    ...(anatomy.head?.biasName === undefined ? {} : { bias: anatomy.head.biasName }),
    ...(anatomy.classes === undefined ? {} : { classes: anatomy.classes }),
    ...(anatomy.head?.dimension === undefined ? {} : { dimension: anatomy.head.dimension }),
    ...(anatomy.noClassifier === undefined ? {} : { noClassifier: anatomy.noClassifier }),
    layers,
  };
}

/** As ONNX Runtime infers them; empty where it cannot load the model with all of them made outputs. */
async function shapesOf(
  model: ModelFile,
  tensors: readonly string[],
): Promise<ReadonlyMap<string, readonly (number | string)[]>> {
  try {
    const session = await ModelSession.open(model, tensors.map(tap), 'cpu');
    const shapes = session.outputShapes;
    await session.close();
    return shapes;
  } catch (error) {
    if (error instanceof Fault) return new Map();
    throw error;
  }
}
