/** What a request means: which files, which data, which classes; or the one question that has to be asked first. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { isArrayFile, openArrays } from '../formats/open';
import { resolveReference } from '../formats/reference';
import { Fault } from '../protocol/faults';
import type {
  InspectRequest,
  ModelOverrides,
  Plan,
  PlanResult,
  PlannedCheckpoint,
  PlannedSplit,
  PlannedTransfer,
  SplitSource,
  TransferSource,
} from '../protocol/engine';
import { checkpoint, DEFAULT_PATTERN, findCheckpoints, withoutMissing } from './checkpoints';
import { findData } from './discovery';
import { epochOf } from './epochs';
import { labelNoise } from './label-noise';
import { readManifest, resolveInputs, resolveSplit, type ManifestFile } from './manifest';
import type { ModelFacts, ReadModel } from './model-facts';
import { naturally } from './natural-order';
import type { Pair } from './pairs';
import { planActivations } from './plan-activations';
import { measuring, minorityOf, runFacts, tasksOf, type Context } from './plan-context';
import { remembered } from './plan-memory';
import { settleModel } from './plan-model';
import { elsewhere, labelNotes, leftOut, namesOf, pictures, scaling, unseen } from './plan-notes';
import { preprocessOf } from './plan-preprocess';

/** Folders named in one fault. */
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
  const read = await readManifest(folder, request.manifest && path.resolve(request.manifest));
  const manifest = request.growing && read ? await withoutMissing(read, folder) : read;
  const context: Context = { request, target, isFolder, folder, manifest };
  // A folder says best itself what is in it.
  const open = request.kind === 'guess' || (request.kind === 'run' && isFolder);
  const kind = open ? await guess(context) : request.kind;
  if (kind === 'activations') return planActivations(context);
  const checkpoints =
    kind === 'run' && isFolder ? await checkpointsOf(context) : [checkpoint(folder, path.basename(target))];
  return planCheckpoints(context, checkpoints, readModel);
}

async function guess({ target, isFolder, folder, manifest }: Context): Promise<'checkpoint' | 'run' | 'activations'> {
  if (!isFolder) {
    if (/\.onnx$/i.test(target)) return 'checkpoint';
    if (isArrayFile(target)) return 'activations';
    // Opening says best what is wrong with any other file.
    await (await openArrays(target)).close();
    return 'activations';
  }
  const checkpoints = await findCheckpoints(folder, manifest?.manifest ?? {});
  if (manifest?.manifest.activations && !checkpoints.some(({ file }) => /\.onnx$/i.test(file))) return 'activations';
  if (checkpoints.length > 0) return 'run';
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
  const nested = manifest?.manifest.checkpoints === undefined ? await oneInEach(folder, below) : undefined;
  if (nested) return nested;
  const advice =
    below.length > 0
      ? `choose one of its subfolders that do: ${below.sort(naturally).slice(0, MOST_NAMES).join(', ')}`
      : 'choose a folder of ONNX checkpoints, or name them by checkpoints in neural-collapse.json';
  throw new Fault('E_NO_CHECKPOINTS', `${path.basename(folder)} holds no file that matches ${pattern}; ${advice}.`);
}

/** `checkpoint-100/model.onnx`, `checkpoint-200/model.onnx`, …: one run with a folder for each checkpoint. */
async function oneInEach(folder: string, below: readonly string[]): Promise<PlannedCheckpoint[] | undefined> {
  const epochs = below.map((name) => epochOf(name));
  if (below.length < 2 || epochs.includes(undefined) || new Set(epochs).size < below.length) return undefined;
  const found: PlannedCheckpoint[] = [];
  for (const [i, name] of below.entries()) {
    const models = (await readdir(path.join(folder, name))).filter((file) => /\.onnx$/i.test(file));
    const [only] = models;
    if (only === undefined || models.length > 1) return undefined;
    found.push({ file: path.join(folder, name, only), path: `${name}/${only}`, epoch: epochs[i]! });
  }
  if (new Set(found.map(({ file }) => path.basename(file))).size > 1) return undefined;
  return found.sort((a, b) => a.epoch! - b.epoch!);
}

async function planCheckpoints(
  context: Context,
  checkpoints: PlannedCheckpoint[],
  readModel: ReadModel,
): Promise<PlanResult> {
  const { request, folder, manifest } = context;
  const written = manifest?.manifest ?? {};
  const chosenModel: ModelOverrides = { ...written.model, ...request.model };
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
    ...(written.classNames ? { classNames: written.classNames } : {}),
    ...(manifest?.manifest.ood?.inputs === undefined
      ? {}
      : { ood: resolveInputs(path.dirname(manifest.path), manifest.manifest.ood.inputs) }),
    ...(manifest?.manifest.transfer ? { transfer: transferSource(manifest, manifest.manifest.transfer) } : {}),
  });
  if (found.kind === 'question') return found;
  const { train, test } = found;
  const classes = model.classes ?? train.summary.counts.length;
  const { preprocess, warnings: preprocessing } = images(train, model)
    ? await preprocessOf(folder, written.preprocess)
    : { preprocess: { ...written.preprocess }, warnings: [] };
  const warnings = [...(manifest?.warnings ?? []), ...found.warnings, ...preprocessing];
  if (train.layout && preprocess.layout === undefined) {
    preprocess.layout = train.layout;
    warnings.push(
      train.layout === 'hwc'
        ? `The images of ${path.basename(train.inputs.reference)} are stored channels-last and were moved to channels-first; if that is wrong, set preprocess.layout to chw in neural-collapse.json.`
        : `The images of ${path.basename(train.inputs.reference)} are stored channels-first and were moved to channels-last; if that is wrong, set preprocess.layout to hwc in neural-collapse.json.`,
    );
  }
  warnings.push(
    ...scaling(train, model, preprocess),
    ...pictures(train, preprocess),
    ...labelNotes(train, written.classNames),
    ...elsewhere(train, folder, found.chosen),
  );
  const { classNames, warning } = namesOf(classes, written.classNames, train.summary);
  if (warning) warnings.push(warning);
  if (test) warnings.push(...unseen(test.summary, train.summary, classNames), ...leftOut(test));
  const transfer = found.transfer && plannedTransfer(found.transfer, written.transfer?.classNames);
  if (found.transfer) warnings.push(...leftOut(found.transfer));
  const { cleanLabels } = train;
  const noise =
    cleanLabels && (await labelNoise(train.labels.reference, cleanLabels.reference, classes, written.classNames));
  const plan: Plan = {
    run: {
      ...runFacts(context, 'checkpoints', classes, classNames),
      ...(noise === undefined ? {} : { labelNoise: noise }),
    },
    folder,
    checkpoints,
    train: planned(train),
    ...(test ? { test: planned(test) } : {}),
    ...(found.ood ? { ood: found.ood } : {}),
    ...(transfer ? { transfer } : {}),
    model: chosenModel,
    preprocess,
    ...minorityOf(context, classNames),
    ...tasksOf(context, classNames),
    ...measuring(context),
    warnings,
    ...(manifest ? { manifest: manifest.path } : {}),
    ...(found.chosen || settled.answered
      ? { remember: remembered(folder, train, test, written, preprocess, settled.answered ? chosenModel : undefined) }
      : {}),
  };
  return { kind: 'plan', plan };
}

/** Samples that are pictures: only those have a file that says how they are preprocessed. */
function images({ inputs: { info } }: Pair, model: ModelFacts): boolean {
  return info.images === true || (info.dtype === 'uint8' && (model.inputs[0]?.shape.length ?? 0) === 4);
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

function transferSource({ path: file }: ManifestFile, { classNames, ...split }: TransferSource): TransferSource {
  return { ...resolveSplit(path.dirname(file), split), ...(classNames ? { classNames } : {}) };
}

function plannedTransfer(pair: Pair, written: readonly string[] | undefined): PlannedTransfer {
  return { ...planned(pair), classNames: namesOf(pair.summary.counts.length, written, pair.summary).classNames };
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
