/** What a request means: which files, which data, which classes; or the one question that has to be asked first. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { isInteger } from '../formats/array';
import { isArrayFile, openArrays } from '../formats/open';
import { relativeReference, resolveReference, shortReference } from '../formats/reference';
import { Fault } from '../protocol/faults';
import type {
  InspectRequest,
  Manifest,
  ModelOverrides,
  Plan,
  PlanResult,
  PlannedCheckpoint,
  PlannedSplit,
  Preprocess,
  Question,
  SplitSource,
} from '../protocol/engine';
import type { RunFacts } from '../protocol/report';
import { findActivations } from './activations';
import { checkpoint, DEFAULT_PATTERN, findCheckpoints } from './checkpoints';
import { findData } from './discovery';
import type { LabelSummary } from './label-summary';
import { textClasses } from './labels';
import { readManifest, resolveActivations, resolveInputs, resolveSplit, type ManifestFile } from './manifest';
import type { ModelFacts, ReadModel } from './model-facts';
import type { Pair } from './pairs';

/** Names shown in one warning. */
const MOST_NAMES = 8;

/**
 * @param readModel what discovery needs of a model; called for one checkpoint
 * @throws Fault that names the file, the cause and what to do
 */
export async function makePlan(request: InspectRequest, readModel: ReadModel): Promise<PlanResult> {
  const target = path.resolve(request.target);
  const facts = await stat(target).catch(() => undefined);
  if (!facts) {
    throw new Fault(
      'E_NOT_FOUND',
      `${path.basename(target)} cannot be read: there is no such file or folder; check the path.`,
      target,
    );
  }
  const isFolder = facts.isDirectory();
  const folder = isFolder ? target : path.dirname(target);
  const manifest = await readManifest(folder, request.manifest && path.resolve(request.manifest));
  const context: Context = { request, target, isFolder, folder, manifest };
  const kind = request.kind === 'guess' ? await guess(context) : request.kind;
  if (kind === 'activations') return planActivations(context);
  const checkpoints =
    kind === 'run' && isFolder ? await checkpointsOf(context) : [checkpoint(folder, path.basename(target))];
  return planCheckpoints(context, checkpoints, readModel);
}

interface Context {
  request: InspectRequest;
  target: string;
  isFolder: boolean;
  /** Of the run. */
  folder: string;
  manifest: ManifestFile | undefined;
}

async function guess({ target, isFolder, folder, manifest }: Context): Promise<'checkpoint' | 'run' | 'activations'> {
  if (!isFolder) {
    if (/\.onnx$/i.test(target)) return 'checkpoint';
    if (isArrayFile(target)) return 'activations';
    // Opening says best what is wrong with any other file.
    await (await openArrays(target)).close();
    return 'activations';
  }
  if ((await findCheckpoints(folder, manifest?.manifest ?? {})).length > 0) return 'run';
  if (manifest?.manifest.activations) return 'activations';
  // Runs side by side, with the data they share: not activations.
  if ((await runsBelow(folder)).length > 0) return 'run';
  const names = await readdir(folder).catch(() => []);
  return names.some(isArrayFile) ? 'activations' : 'run';
}

/** Names of the subfolders that hold checkpoints. */
async function runsBelow(folder: string): Promise<string[]> {
  const below: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
    const names = await readdir(path.join(folder, entry.name)).catch(() => []);
    if (names.some((name) => /\.onnx$/i.test(name))) below.push(entry.name);
  }
  return below;
}

async function checkpointsOf({ folder, manifest }: Context): Promise<PlannedCheckpoint[]> {
  const found = await findCheckpoints(folder, manifest?.manifest ?? {});
  if (found.length > 0) return found;
  const pattern = manifest?.manifest.checkpoints ?? DEFAULT_PATTERN;
  const below = await runsBelow(folder);
  const advice =
    below.length > 0
      ? `choose one of its subfolders that do: ${below.slice(0, MOST_NAMES).join(', ')}`
      : 'choose a folder of ONNX checkpoints, or name them by checkpoints in neural-collapse.json';
  throw new Fault('E_NO_CHECKPOINTS', `${path.basename(folder)} holds no file that matches ${pattern}; ${advice}.`);
}

async function planCheckpoints(
  context: Context,
  checkpoints: PlannedCheckpoint[],
  readModel: ReadModel,
): Promise<PlanResult> {
  const { request, folder, manifest } = context;
  const written = manifest?.manifest ?? {};
  const chosenModel: ModelOverrides = { ...written.model };
  const settled = await settleModel(checkpoints, chosenModel, request, readModel);
  if (settled.kind === 'question') return settled;
  const { model, from } = settled;
  const found = await findData({
    checkpoint: from.path,
    model,
    folder,
    request,
    train: trainSource(request, manifest),
    test: manifest ? resolveSplit(path.dirname(manifest.path), manifest.manifest.test) : {},
    ...(manifest?.manifest.ood?.inputs === undefined
      ? {}
      : { ood: resolveInputs(path.dirname(manifest.path), manifest.manifest.ood.inputs) }),
  });
  if (found.kind === 'question') return found;
  const { train, test } = found;
  const classes = model.classes ?? train.summary.counts.length;
  const preprocess: Preprocess = { ...written.preprocess };
  const warnings = [...(manifest?.warnings ?? []), ...found.warnings];
  if (train.layout && preprocess.layout === undefined) {
    preprocess.layout = train.layout;
    warnings.push(
      train.layout === 'hwc'
        ? `The images of ${path.basename(train.inputs.reference)} are stored channels-last and were moved to channels-first; if that is wrong, set preprocess.layout to chw in neural-collapse.json.`
        : `The images of ${path.basename(train.inputs.reference)} are stored channels-first and were moved to channels-last; if that is wrong, set preprocess.layout to hwc in neural-collapse.json.`,
    );
  }
  warnings.push(...scaling(train, model, preprocess), ...pictures(train, preprocess), ...severalClasses(train));
  const { classNames, warning } = await namesOf(classes, written.classNames, train);
  if (warning) warnings.push(warning);
  if (test) warnings.push(...unseen(test.summary, train.summary, classNames));
  const plan: Plan = {
    run: runFacts(context, 'checkpoints', classes, classNames),
    folder,
    checkpoints,
    train: planned(train),
    ...(test ? { test: planned(test) } : {}),
    ...(found.ood ? { ood: found.ood } : {}),
    model: chosenModel,
    preprocess,
    ...measuring(context),
    warnings,
    ...(manifest ? { manifest: manifest.path } : {}),
    ...(found.chosen || settled.answered
      ? { remember: remembered(folder, train, test, written, preprocess, settled.answered ? chosenModel : undefined) }
      : {}),
  };
  return { kind: 'plan', plan };
}

/** Question that is asked where several outputs of a model could be the logits. */
export const LOGITS_QUESTION = 'logits-output';

type SettledModel =
  | { kind: 'model'; model: ModelFacts; from: PlannedCheckpoint; answered: boolean }
  | { kind: 'question'; question: Question };

/**
 * The first checkpoint that can be read tells; one that cannot fails by itself later.
 * @param overrides takes in the output that was chosen by an answer
 */
async function settleModel(
  checkpoints: readonly PlannedCheckpoint[],
  overrides: ModelOverrides,
  request: InspectRequest,
  readModel: ReadModel,
): Promise<SettledModel> {
  let failure: unknown;
  for (const from of checkpoints) {
    try {
      const model = await readModel(from.file, overrides);
      const { outputs } = model;
      if (!outputs) return { kind: 'model', model, from, answered: false };
      const chosen = outputs[request.answers?.[LOGITS_QUESTION] ?? -1];
      if (!chosen) return { kind: 'question', question: logitsQuestion(from, outputs) };
      overrides.logits = chosen.output;
      return { kind: 'model', model: await readModel(from.file, overrides), from, answered: true };
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}

function logitsQuestion({ path: name }: PlannedCheckpoint, outputs: NonNullable<ModelFacts['outputs']>): Question {
  return {
    id: LOGITS_QUESTION,
    text: `Which output of ${name} holds the logits?`,
    choices: outputs.map(({ output, classes }) => ({
      label: output,
      ...(classes === undefined ? {} : { description: `${classes} classes` }),
    })),
  };
}

/** What was asked for goes before what the manifest says; data that was asked for brings its own labels. */
function trainSource({ data, labels }: InspectRequest, manifest: ManifestFile | undefined): SplitSource {
  const here = process.cwd();
  const asked: SplitSource = {};
  if (data !== undefined) asked.inputs = resolveReference(here, data);
  if (labels !== undefined) asked.labels = resolveReference(here, labels);
  if (data !== undefined || !manifest) return asked;
  return { ...resolveSplit(path.dirname(manifest.path), manifest.manifest.train), ...asked };
}

function planned({ inputs, others, labels, cleanLabels, samples }: Pair): PlannedSplit {
  return {
    inputs: inputs.reference,
    ...(others ? { others } : {}),
    labels: labels.reference,
    ...(cleanLabels ? { cleanLabels: cleanLabels.reference } : {}),
    samples,
  };
}

function remembered(
  folder: string,
  train: Pair,
  test: Pair | undefined,
  written: Manifest,
  preprocess: Preprocess,
  model: ModelOverrides | undefined,
): Manifest {
  const source = (pair: Pair, known: SplitSource | undefined): SplitSource => {
    const { inputs, labels, cleanLabels } = pair;
    // Other inputs that were found by their names are found again; those that were named stay as they were.
    const named = typeof known?.inputs === 'object' ? known.inputs : undefined;
    const out: SplitSource = {
      inputs: named ?? relativeReference(folder, inputs.reference),
      labels: relativeReference(folder, labels.reference),
    };
    if (cleanLabels) out.cleanLabels = relativeReference(folder, cleanLabels.reference);
    else if (known?.cleanLabels !== undefined) out.cleanLabels = known.cleanLabels;
    return out;
  };
  return {
    train: source(train, written.train),
    ...(test ? { test: source(test, written.test) } : {}),
    ...(model ? { model } : {}),
    ...(preprocess.layout !== written.preprocess?.layout ? { preprocess } : {}),
  };
}

async function planActivations(context: Context): Promise<PlanResult> {
  const { request, target, isFolder, folder, manifest } = context;
  const written = manifest?.manifest ?? {};
  const source = manifest ? resolveActivations(path.dirname(manifest.path), written.activations) : {};
  const here = process.cwd();
  const asked = request.labels === undefined ? {} : { labels: resolveReference(here, request.labels) };
  const files = written.checkpoints === undefined ? [] : await findCheckpoints(folder, written);
  const named = { ...source, ...asked, files: files.map(({ file }) => file) };
  const found = await findActivations(target, isFolder, named, request);
  if (found.kind === 'question') return found;
  const { checkpoints, classes, summary } = found;
  const labels = checkpoints[0]?.activations?.labels ?? '';
  const { classNames, warning } = await namesOf(classes, written.classNames, { labels: { reference: labels } });
  const warnings = [
    ...(manifest?.warnings ?? []),
    ...(warning ? [warning] : []),
    ...severalClasses({ summary, labels: { reference: labels } }),
  ];
  const remember =
    found.answered && checkpoints.length === 1 ? rememberedActivations(folder, checkpoints[0]!) : undefined;
  const plan: Plan = {
    run: runFacts(context, 'activations', classes, classNames),
    folder,
    checkpoints,
    model: {},
    preprocess: {},
    ...measuring(context),
    warnings,
    ...(manifest ? { manifest: manifest.path } : {}),
    ...(remember ? { remember } : {}),
  };
  return { kind: 'plan', plan };
}

function rememberedActivations(folder: string, { activations }: PlannedCheckpoint): Manifest | undefined {
  if (!activations) return undefined;
  const relative = (reference: string): string => relativeReference(folder, reference);
  return {
    activations: {
      layers: activations.layers.map(relative),
      labels: relative(activations.labels),
      ...(activations.weight === undefined ? {} : { weight: relative(activations.weight) }),
      ...(activations.bias === undefined ? {} : { bias: relative(activations.bias) }),
    },
  };
}

function runFacts(
  { folder, target, manifest }: Context,
  kind: RunFacts['kind'],
  classes: number,
  classNames: string[],
): RunFacts {
  const { loss, weightDecay } = manifest?.manifest ?? {};
  return {
    path: path.basename(kind === 'activations' ? target : folder),
    kind,
    classes,
    classNames,
    ...(loss === undefined ? {} : { loss }),
    ...(weightDecay === undefined ? {} : { weightDecay }),
  };
}

function measuring({ request, manifest }: Context): Pick<Plan, 'layers' | 'pooling'> {
  const layers = request.layers === 'all' ? 'auto' : request.layers;
  return {
    layers: layers ?? manifest?.manifest.layers ?? 'auto',
    pooling: request.pooling ?? manifest?.manifest.pooling ?? 'auto',
  };
}

async function namesOf(
  classes: number,
  written: readonly string[] | undefined,
  { labels }: { labels: { reference: string } },
): Promise<{ classNames: string[]; warning?: string }> {
  const texts = await textClasses(labels.reference);
  const classNames = Array.from({ length: classes }, (_, k) => written?.[k] ?? texts?.[k] ?? String(k));
  if (texts && written && written.join('\n') !== texts.join('\n')) {
    throw new Fault(
      'E_CLASS_NAMES',
      `classNames in neural-collapse.json are not the texts of ${path.basename(labels.reference)} in alphabetical order, so it is open which number each class has; save class numbers instead.`,
    );
  }
  if (!written || written.length === classes) return { classNames };
  return {
    classNames,
    warning: `neural-collapse.json names ${written.length} classes, but there are ${classes}; correct classNames.`,
  };
}

function unseen(test: LabelSummary, train: LabelSummary, names: readonly string[]): string[] {
  const only = names.filter((_, k) => (test.counts[k] ?? 0) > 0 && (train.counts[k] ?? 0) === 0);
  return only.length > 0 ? [`${classList(only)} samples in the test data but none in the training data.`] : [];
}

function classList(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(', ');
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  return names.length === 1 ? `Class ${shown} has` : `Classes ${shown}${more} have`;
}

/** Class means are of samples with one class; the others are told of. */
function severalClasses({ summary, labels }: { summary: LabelSummary; labels: { reference: string } }): string[] {
  const { multiplicity } = summary;
  if (!multiplicity) return [];
  const { one, several, none } = multiplicity;
  return [
    `${shortReference(labels.reference)} is multi-hot: class means are of the ${one} samples with one class; ${several} with several${none > 0 ? ` and ${none} with none` : ''} were left out of them.`,
  ];
}

/** Pictures are made the model's size; how the training did it, only its author knows. */
function pictures({ inputs }: Pair, { resize, crop }: Preprocess): string[] {
  if (!inputs.info.images || resize !== undefined || crop !== undefined) return [];
  return [
    `The images of ${path.basename(inputs.file)} were resized to the model's input; if the training cropped them, write resize and crop under preprocess in neural-collapse.json.`,
  ];
}

/** Images as bytes were hardly ever shown to the network as they are. */
function scaling({ inputs }: Pair, model: ModelFacts, written: Preprocess | undefined): string[] {
  const { scale, mean, std } = written ?? {};
  const floating = !isInteger(model.inputs[0]?.dtype ?? 'float32');
  if (inputs.info.dtype !== 'uint8' || !floating || scale !== undefined || mean !== undefined || std !== undefined) {
    return [];
  }
  return [
    `${path.basename(inputs.reference)} was scaled by 1/255; if the training also normalised by mean and std, write them under preprocess in neural-collapse.json.`,
  ];
}
