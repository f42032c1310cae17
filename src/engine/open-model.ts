/** A checkpoint made ready to run: its anatomy known, the tensors to be read made outputs. */
import path from 'node:path';
import { anatomyOf, type Anatomy } from '../onnx/anatomy';
import { BFLOAT16, DOUBLE, float32Twin, holds } from '../onnx/float32-twin';
import { namedLayer, type Layer } from '../onnx/layers';
import { parseModel } from '../onnx/parse-model';
import { readModelFile, type ModelFile } from '../onnx/read-model';
import { tap, type Tap } from '../onnx/splice';
import { inInferenceMode, trainingOperators } from '../onnx/training-mode';
import { Fault } from '../protocol/faults';
import type { Plan, ProviderName } from '../protocol/engine';
import { networkWeights, weightTaps, type NetworkWeights } from './network-weights';
import { ModelSession } from './session';

export type Selection = Pick<Plan, 'layers' | 'model'>;

export interface OpenModel {
  anatomy: Anatomy;
  /** The layers to measure; the penultimate one is the last. */
  layers: Layer[];
  /** Constants to read once beside the classifier's. */
  weights: NetworkWeights;
  session: ModelSession;
  warnings: string[];
}

/**
 * Opens a checkpoint. Element types that ONNX Runtime has no operators for are computed in float32, with a warning.
 * @throws Fault of reading, of `anatomyOf`, E_NO_SUCH_LAYER, and of `ModelSession.open`
 */
export async function openModel(file: string, selection: Selection, provider: ProviderName): Promise<OpenModel> {
  const base = path.basename(file);
  const { model: original, warnings } = inference(await readModelFile(file));
  if (holds(original.model, BFLOAT16)) {
    const twin = twinOf(original, BFLOAT16);
    if (twin) {
      const warning = `${base} is a bfloat16 model, which ONNX Runtime has too few operators for: it was computed in float32.`;
      return openAs(twin, selection, provider, [...warnings, warning]);
    }
  }
  try {
    return await openAs(original, selection, provider, warnings);
  } catch (error) {
    const twin = refused(error) && holds(original.model, DOUBLE) ? twinOf(original, DOUBLE) : undefined;
    if (!twin) throw error;
    const warning = `${base} is a float64 model with operators that ONNX Runtime has for float32 only: it was computed in float32.`;
    return openAs(twin, selection, provider, [...warnings, warning]);
  }
}

async function openAs(
  model: ModelFile,
  selection: Selection,
  provider: ProviderName,
  warnings: string[],
): Promise<OpenModel> {
  const base = path.basename(model.path);
  const anatomy = anatomyOf(model.model, selection.model, base);
  const layers = chosenLayers(model, anatomy, selection.layers, base);
  const weights = networkWeights(model.model.graph, layers);
  const taps = [...tapsOf(anatomy, layers), ...weightTaps(weights)];
  const session = await ModelSession.open(model, taps, provider);
  return { anatomy, layers, weights, session, warnings: [...warnings, ...anatomy.warnings] };
}

/** A model exported in training mode is run as in evaluation. */
function inference(file: ModelFile): { model: ModelFile; warnings: string[] } {
  const operators = [...new Set(trainingOperators(file.model).map(({ opType }) => opType))];
  if (operators.length === 0) return { model: file, warnings: [] };
  const base = path.basename(file.path);
  const bytes = inInferenceMode(file.bytes);
  const warning = `${base} was exported in training mode; ${operators.join(' and ')} were run as in evaluation (call model.eval() before exporting).`;
  return { model: { path: file.path, bytes, model: parseModel(bytes, base) }, warnings: [warning] };
}

function twinOf(file: ModelFile, elementType: number): ModelFile | undefined {
  const bytes = float32Twin(file.bytes, file.model, elementType);
  return bytes && { path: file.path, bytes, model: parseModel(bytes, path.basename(file.path)) };
}

/** ONNX Runtime has no operator of that name for that type. */
function refused(error: unknown): boolean {
  return (
    error instanceof Fault &&
    error.code === 'E_MODEL' &&
    /NOT_IMPLEMENTED|not find an implementation/i.test(error.details ?? '')
  );
}

/** Everything that measuring reads. */
export function tapsOf({ logits, head }: Anatomy, layers: readonly Layer[]): Tap[] {
  return [tap(logits), ...layers.map((layer) => layer.read), ...(head ? constantTaps(head) : [])];
}

/** The constants that W and b are computed from. */
export function constantTaps(head: NonNullable<Anatomy['head']>): Tap[] {
  return [
    head.weight,
    ...head.weightFactors.map((factor) => factor.tap),
    ...head.biases.flatMap((bias) => [bias.tap, ...bias.factors.map((factor) => factor.tap)]),
  ];
}

function chosenLayers(
  { model }: ModelFile,
  { layers: automatic, features }: Anatomy,
  wanted: Plan['layers'],
  file: string,
): Layer[] {
  if (wanted === 'auto') return automatic;
  const penultimate = automatic.slice(-1);
  if (wanted === 'penultimate') return penultimate;
  const hidden = wanted
    .filter((name) => name !== features && name !== penultimate[0]?.name)
    .map((name) => {
      const known = automatic.find(
        (layer) => layer.tensor === name || layer.name === name || layer.name.startsWith(`${name} `),
      );
      const layer = known ?? namedLayer(model.graph, name, features);
      if (layer) return layer;
      const names = automatic.map((entry) => entry.name).join(', ');
      throw new Fault('E_NO_SUCH_LAYER', `${file} has no layer named ${name}; the layers found are ${names}.`);
    });
  return [...hidden, ...penultimate];
}
