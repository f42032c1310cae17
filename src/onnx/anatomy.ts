/** What inspection wants to know of a model: classifier, features, logits and layers, with what a person said put in. */
import { Fault } from '../protocol/faults';
import type { ModelOverrides } from '../protocol/engine';
import { constantOf, sourceOf } from './constants';
import { dataDependent, producers, type Model } from './graph';
import { classesOf, findHead, outputOf, type Head, type HeadPooling } from './head';
import { findLayers, layerCandidates, type Layer } from './layers';
import { tap, type Tap } from './splice';

export interface Anatomy {
  /** Tensor of the penultimate features. */
  features: string;
  read: Tap;
  /** How the classifier takes features that are more than a vector. */
  pooling: HeadPooling;
  logits: string;
  /** K, where the file tells it. */
  classes: number | undefined;
  /** The linear classifier that takes these features. */
  head?: Head;
  /** Why there is none, for people. */
  noClassifier?: string;
  layers: Layer[];
  /** Outputs that could be the logits as well. */
  others: { output: string; classes: number | undefined }[];
  /** The output chosen. */
  output: string;
  /** Nothing in the file says which of the outputs is meant. */
  ambiguous: boolean;
  warnings: string[];
}

/**
 * @param file shown in faults
 * @throws Fault E_NO_HEAD, E_NO_SUCH_OUTPUT, E_NO_SUCH_LAYER, E_NO_SUCH_WEIGHT
 */
export function anatomyOf(model: Model, overrides: ModelOverrides, file: string): Anatomy {
  const choice = findHead(model, overrides.logits);
  if (!choice) throw noSuchOutput(model, overrides.logits ?? '', file);
  const { chosen, others } = choice;
  const found = 'head' in chosen ? chosen.head : undefined;
  const logits = found?.logits ?? ('none' in chosen ? chosen.none.logits : '');
  const reason = 'none' in chosen ? chosen.none.reason : undefined;
  const warnings: string[] = [];
  const left = others.filter((option) => 'head' in option).map(outputOf);
  if (left.length > 0 && overrides.logits === undefined && !choice.ambiguous) {
    warnings.push(
      `${file} has several classifiers; ${outputOf(chosen)} was measured, not ${left.join(', ')} (choose with model.logits in neural-collapse.json).`,
    );
  }
  const base = {
    logits,
    classes: classesOf(chosen),
    output: outputOf(chosen),
    others: others.map((option) => ({ output: outputOf(option), classes: classesOf(option) })),
    ambiguous: choice.ambiguous,
    warnings,
  };
  const { weight, bias } = overrides;
  if (bias !== undefined && weight === undefined) {
    throw new Fault(
      'E_NO_SUCH_WEIGHT',
      `${file}: a bias was named (model.bias) without the weight it belongs to; name model.weight as well.`,
    );
  }
  const penultimate =
    overrides.penultimate === undefined ? undefined : tensorNamed(model, overrides.penultimate, logits);
  if (penultimate === undefined && weight === undefined && found) {
    if (found.caution !== undefined) warnings.push(found.caution);
    return {
      ...base,
      features: found.features,
      read: found.read,
      pooling: found.pooling,
      head: found,
      layers: findLayers(model.graph, found.features, found.read),
    };
  }
  const features = penultimate ?? found?.features ?? lastLayer(model, logits)?.tensor;
  if (features === undefined) {
    throw new Fault(
      'E_NO_HEAD',
      `${file} has no linear classifier that could be found: ${reason ?? 'its output is no classifier'}; name its features as model.penultimate in neural-collapse.json, or export it with its last linear layer.`,
    );
  }
  if (!producers(model.graph).has(features)) {
    throw new Fault(
      'E_NO_SUCH_LAYER',
      `${file} computes no tensor or layer named ${features}, which model.penultimate names; its layers are ${findLayers(
        model.graph,
        found?.features ?? logits,
      )
        .map(({ name }) => name)
        .join(', ')}.`,
    );
  }
  const layers = findLayers(model.graph, features);
  const own: Pick<Anatomy, 'features' | 'read' | 'pooling' | 'layers'> = {
    features,
    read: tap(features),
    pooling: 'flatten',
    layers,
  };
  if (weight !== undefined)
    return { ...base, ...own, head: namedHead(model, overrides, features, logits, found, file) };
  if (found && found.features === features) {
    return { ...base, ...own, read: found.read, pooling: found.pooling, head: found };
  }
  return {
    ...base,
    ...own,
    noClassifier: found
      ? `${features} was chosen as the penultimate layer, but the classifier ${found.weightName} reads ${found.features}`
      : `the model’s classifier is not linear: ${reason ?? 'its output is no classifier'}`,
  };
}

/** A tensor by its own name, or by a layer's, with or without its operator. */
function tensorNamed(model: Model, name: string, logits: string): string {
  if (producers(model.graph).has(name)) return name;
  const layers = layerCandidates(model.graph, logits);
  const named =
    layers.find((layer) => layer.name === name) ?? layers.findLast((layer) => layer.name.startsWith(`${name} `));
  return named?.tensor ?? name;
}

/** Where the classifier is not linear, the last layer before it. */
function lastLayer(model: Model, logits: string): Layer | undefined {
  return findLayers(model.graph, logits).at(-2);
}

/** The weights that a person named; which of their axes is the classes is seen when they are read. */
function namedHead(
  model: Model,
  { weight = '', bias }: ModelOverrides,
  features: string,
  logits: string,
  found: Head | undefined,
  file: string,
): Head {
  const { graph } = model;
  const context = { graph, producer: producers(graph) };
  const dependent = dataDependent(graph);
  for (const name of [weight, ...(bias === undefined ? [] : [bias])]) {
    const known = graph.initializers.has(name) || (context.producer.has(name) && !dependent.has(name));
    if (known) continue;
    throw new Fault(
      'E_NO_SUCH_WEIGHT',
      `${file} has no constant tensor named ${name}, which model.${name === weight ? 'weight' : 'bias'} names; its matrices are ${matrices(model)}.`,
    );
  }
  const dims = constantOf(weight, context)?.dims ?? [];
  return {
    output: found?.output ?? logits,
    features,
    read: found?.features === features ? found.read : tap(features),
    pooling: found?.features === features ? found.pooling : 'flatten',
    logits,
    weight: tap(weight),
    weightLayout: 'either',
    weightScale: 1,
    weightFactors: [],
    biases: bias === undefined ? [] : [{ tap: tap(bias), scale: 1, factors: [] }],
    weightName: sourceOf(weight, context).name,
    ...(bias === undefined ? {} : { biasName: sourceOf(bias, context).name }),
    classes: dims.length === 2 ? found?.classes : undefined,
    dimension: undefined,
  };
}

const MOST_NAMES = 12;

function matrices({ graph }: Model): string {
  const names = [...graph.initializers.values()].filter(({ dims }) => dims.length === 2).map(({ name }) => name);
  return names.length > MOST_NAMES
    ? `${names.slice(-MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more`
    : names.join(', ') || 'none';
}

function noSuchOutput({ graph }: Model, wanted: string, file: string): Fault {
  return new Fault(
    'E_NO_SUCH_OUTPUT',
    `${file} has no output named ${wanted}, which model.logits names; it has ${graph.outputs.map(({ name }) => name).join(', ')}.`,
  );
}
