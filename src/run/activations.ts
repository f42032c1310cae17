/** Saved activations: which arrays are layers, which are labels, and which are the classifier; one epoch or many. */
import path from 'node:path';
import { rowLength } from '../formats/array';
import { isFloat } from '../formats/dtype';
import { describe } from '../formats/stored';
import { Fault } from '../protocol/faults';
import type {
  ActivationsSource,
  ArrayReference,
  InspectRequest,
  PlannedActivations,
  PlannedCheckpoint,
  Question,
} from '../protocol/engine';
import { findBias, findWeight } from './activation-classifier';
import { epochsIn, type EpochArrays } from './activation-epochs';
import { findLabels } from './activation-labels';
import { isBiasName, isOutputName, isRows, isSingle, isWeightName, lastRank } from './activation-names';
import { isLabelName, isPlainInputName } from './array-names';
import { Searcher, type Candidate } from './candidates';
import { noSingleClass, summarise, type LabelSummary } from './label-summary';
import { otherSplits } from './activation-splits';
import { naturally } from './natural-order';

export type FoundActivations =
  | {
      kind: 'activations';
      /** The file, or the folder. */
      target: string;
      /** In order, each with its activations. */
      checkpoints: PlannedCheckpoint[];
      classes: number;
      /** Of the first epoch's labels. */
      summary: LabelSummary;
      /** True where the files were chosen by an answer. */
      answered: boolean;
      warnings: string[];
    }
  | { kind: 'question'; question: Question };

/**
 * @param target a file of arrays, or a folder: its .npy files together, a file for each epoch, or one of its containers
 * @param source what a manifest names, absolute
 * @throws Fault E_NO_DATA, E_NO_LABELS, E_LABEL_COUNT, E_LABEL_RANGE, E_LABELS, E_CLASSES, E_NO_SUCH_LAYER
 */
export async function findActivations(
  target: string,
  isFolder: boolean,
  source: ActivationsSource & { files?: string[] },
  request: InspectRequest,
  classNames?: readonly string[],
): Promise<FoundActivations> {
  const found = await epochsIn(target, isFolder, source, request);
  if (found.kind === 'question') return found;
  const beside = await roleFiles(isFolder ? target : path.dirname(target), found.epochs);
  const checkpoints: PlannedCheckpoint[] = [];
  let answered = found.answered;
  let classes = 0;
  let summary: LabelSummary | undefined;
  const warnings = new Set<string>();
  for (const epoch of found.epochs) {
    const result = epoch.fault ? undefined : await assign(epoch, beside, source, request, classNames);
    if (!result) {
      checkpoints.push(plannedEpoch(epoch));
      continue;
    }
    if (result.kind === 'question') return result;
    answered ||= result.answered;
    summary ??= result.summary;
    classes = Math.max(classes, result.classes);
    for (const warning of result.warnings) warnings.add(warning);
    checkpoints.push({ ...plannedEpoch(epoch), activations: result.activations });
  }
  if (!summary)
    throw found.epochs[0]?.fault ?? new Fault('E_NO_DATA', `${path.basename(target)} holds no activations.`);
  return {
    kind: 'activations',
    target: found.target,
    checkpoints,
    classes,
    summary,
    answered,
    warnings: [...warnings],
  };
}

function plannedEpoch({ file, path: shown, epoch, fault }: EpochArrays): PlannedCheckpoint {
  return {
    file,
    path: shown,
    ...(epoch === undefined ? {} : { epoch }),
    ...(fault ? { fault: { code: fault.code, message: fault.message } } : {}),
  };
}

type Assigned =
  | {
      kind: 'assigned';
      activations: PlannedActivations;
      classes: number;
      summary: LabelSummary;
      answered: boolean;
      warnings: string[];
    }
  | { kind: 'question'; question: Question };

/** What each array of one epoch is. */
async function assign(
  { target, own, prefix, source: ofEpoch }: EpochArrays,
  beside: readonly Candidate[],
  manifest: ActivationsSource,
  request: InspectRequest,
  classNames: readonly string[] | undefined,
): Promise<Assigned> {
  const source = { ...manifest, ...ofEpoch };
  const rows = own.filter(({ info }) => isRows(info));
  if (rows.length === 0) {
    const held = own.map(({ info }) => describe(info)).join(', ');
    throw new Fault(
      'E_NO_DATA',
      `${path.basename(target)} holds no activations: none of its arrays has a row of features for each sample${held ? ` (it holds ${held})` : ''}.`,
    );
  }
  const found = await findLabels(target, rows, own, beside, source.labels ?? request.labels, request);
  if (found.kind === 'question') return found;
  const { info: labelInfo, reference } = found.labels;
  const first = await summarise(reference, undefined, classNames);
  if (first.multiplicity?.one === 0) throw noSingleClass(reference);
  const samples = labelInfo.shape[0] ?? 0;
  const features = rows.filter(({ info }) => info.shape[0] === samples);
  // Labels that never use 0 may count from 1.
  const used = first.counts[0] === 0 ? first.counts.length - 1 : first.counts.length;
  const weight = await findWeight(features, own, beside, used, source.weight);
  const taken = [found.labels, found.cleanLabels, weight?.weight];
  const layers = arrange(choose(features, taken, source), weight?.dimension, source);
  if (layers.length === 0) {
    throw new Fault('E_NO_DATA', `${path.basename(target)} holds no features for its ${samples} labels.`);
  }
  const classes = weight?.classes ?? first.counts.length;
  // Read again where the classifier knows of more or fewer classes than the labels use: they must fit it.
  const summary = classes === first.counts.length ? first : await summarise(reference, classes, classNames);
  const bias = weight && (await findBias(weight.weight, own, beside, classes, source.bias));
  const cleanLabels = source.cleanLabels ?? found.cleanLabels?.reference;
  return {
    kind: 'assigned',
    classes,
    summary,
    answered: found.answered,
    warnings: layers.every(({ info }) => isOutputName(info.name))
      ? [
          `${path.basename(target)} holds outputs of the network only (${layers.map(({ info }) => info.name).join(', ')}); they were measured in place of its penultimate features.`,
        ]
      : [],
    activations: {
      layers: selected(layers, request.layers, target, prefix),
      labels: reference,
      ...(cleanLabels === undefined ? {} : { cleanLabels }),
      ...(weight ? { weight: weight.weight.reference } : {}),
      ...(bias ? { bias: bias.reference } : {}),
      ...(prefix === '' ? {} : { prefix }),
      ...(await otherSplits(source, layers, classes, classNames)),
    },
  };
}

/** Files beside the target whose names say that they are labels, weight or bias. */
async function roleFiles(folder: string, epochs: readonly EpochArrays[]): Promise<Candidate[]> {
  const { arrays } = await new Searcher().search(folder, 0);
  const taken = new Set(epochs.flatMap(({ own }) => own.map(({ file }) => file)));
  return arrays.filter(({ file, info }) => {
    const name = `${path.basename(file)} ${info.name}`;
    const role = isLabelName(name) || isWeightName(name) || isBiasName(name);
    return !taken.has(file) && role && (isSingle(file) || isLabelTable(file));
  });
}

function isLabelTable(file: string): boolean {
  return /\.(csv|tsv|jsonl?)$/i.test(file);
}

/** Feature rows of all samples that are no other thing. */
function choose(
  features: readonly Candidate[],
  taken: readonly (Candidate | undefined)[],
  source: ActivationsSource,
): Candidate[] {
  if (source.layers) return [...features];
  const free = features.filter((one) => !taken.some((other) => other?.reference === one.reference));
  const floats = free.filter(({ info }) => isFloat(info.dtype));
  const layers = floats.length > 0 ? floats : free;
  const hidden = layers.filter(({ info }) => !isOutputName(info.name) && !isPlainInputName(info.name));
  return hidden.length > 0 ? hidden : layers;
}

/** Natural order; then the names for the penultimate layer; last of all the one that the classifier takes. */
function arrange(layers: readonly Candidate[], dimension: number | undefined, source: ActivationsSource): Candidate[] {
  if (source.layers) return [...layers];
  const ordered = [...layers].sort(
    (a, b) => lastRank(a.info.name) - lastRank(b.info.name) || naturally(a.info.name, b.info.name),
  );
  const taken = dimension === undefined ? undefined : ordered.findLast(({ info }) => rowLength(info) === dimension);
  return taken ? [...ordered.filter((layer) => layer !== taken), taken] : ordered;
}

function selected(
  layers: readonly Candidate[],
  wanted: InspectRequest['layers'],
  target: string,
  prefix: string,
): ArrayReference[] {
  const references = layers.map(({ reference }) => reference);
  if (wanted === 'penultimate') return references.slice(-1);
  if (!Array.isArray(wanted)) return references;
  const named = (name: string): Candidate | undefined =>
    layers.find(({ info }) => info.name === name || info.name === prefix + name);
  const unknown = wanted.find((name) => !named(name));
  if (unknown !== undefined) {
    const there = layers.map(({ info }) => info.name).join(', ');
    throw new Fault('E_NO_SUCH_LAYER', `${path.basename(target)} has no layer ${unknown}; it has ${there}.`);
  }
  const kept = new Set(wanted.map(named));
  return layers.filter((layer) => kept.has(layer)).map(({ reference }) => reference);
}
