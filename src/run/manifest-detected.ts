/** What planning found, as the manifest that says the same. */
import { parseReference, relativeReference } from '../formats/reference';
import type {
  ActivationsSource,
  Manifest,
  Plan,
  PlannedActivations,
  PlannedSplit,
  SplitSource,
} from '../protocol/engine';
import { expandBraces, matcher } from './checkpoints';

/** More names than this are not listed in a pattern. */
const MOST_LISTED = 8;

/**
 * @param plan of the run in `plan.folder`, to which references become relative
 * @param names of the files in that folder
 */
export function detectedManifest(plan: Plan, names: readonly string[]): Manifest {
  const { train, test, ood, model, preprocess, run, folder, checkpoints } = plan;
  const split = (source: PlannedSplit): SplitSource => ({
    inputs: relativeReference(folder, source.inputs),
    labels: relativeReference(folder, source.labels),
    ...(source.cleanLabels === undefined ? {} : { cleanLabels: relativeReference(folder, source.cleanLabels) }),
  });
  const saved = activationsOf(plan);
  const many = run.kind === 'checkpoints' || (saved && checkpoints.length > 1);
  const paths = checkpoints.map((checkpoint) => checkpoint.path);
  return {
    ...(many ? { checkpoints: patternOf(paths, names) } : {}),
    ...(train ? { train: split(train) } : {}),
    ...(test ? { test: split(test) } : {}),
    ...(ood ? { ood: { inputs: relativeReference(folder, ood.inputs) } } : {}),
    ...(Object.keys(model).length > 0 ? { model } : {}),
    ...(Object.keys(preprocess).length > 0 ? { preprocess } : {}),
    ...(run.classNames.some((name, k) => name !== String(k)) ? { classNames: run.classNames } : {}),
    ...(saved ? { activations: saved } : {}),
  };
}

/** Keys of `detected`, on both levels, that `present` does not have. */
export function missingKeys(present: Manifest, detected: Manifest): Manifest {
  const missing: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(detected) as [string, unknown][]) {
    const known: unknown = Object.hasOwn(present, key) ? present[key as keyof Manifest] : undefined;
    if (known === undefined) missing[key] = value;
    else if (isObject(known) && isObject(value)) {
      const more = Object.entries(value).filter(([inner]) => !Object.hasOwn(known, inner));
      if (more.length > 0) missing[key] = { ...known, ...Object.fromEntries(more) };
    }
  }
  return missing;
}

/**
 * A pattern for these files and no others: with `*` for their numbers, else for their whole name, else their list.
 * @param names of all files in the folder
 */
export function patternOf(paths: readonly string[], names: readonly string[]): string {
  const [numbered, second] = [...new Set(paths.map((path) => path.replace(/\d+/g, '*')))];
  if (numbered === undefined) return '*.onnx';
  // A checkpoint chosen from a folder stands for the others of its run.
  if (paths.length === 1) return numbered;
  const exact = (pattern: string): boolean => {
    const alternatives = expandBraces(pattern).map(matcher);
    return names.every((name) => alternatives.some((one) => one.test(name)) === paths.includes(name));
  };
  const ending = `*${/\.[^./]+$/.exec(paths[0] ?? '')?.[0] ?? ''}`;
  const listed = paths.length <= MOST_LISTED && !paths.some((path) => /[{},*?]/.test(path));
  const patterns = [...(second === undefined ? [numbered] : []), ending, ...(listed ? [`{${paths.join(',')}}`] : [])];
  return patterns.find(exact) ?? ending;
}

/** Undefined where a manifest has no words for it: epochs that are groups of one file. */
function activationsOf({ checkpoints, folder }: Plan): ActivationsSource | undefined {
  const [first, ...others] = checkpoints.map(({ file, activations }) =>
    activations && activations.prefix === undefined
      ? sourceOf(activations, (reference) =>
          checkpoints.length > 1 ? ofEpoch(reference, file, folder) : relativeReference(folder, reference),
        )
      : undefined,
  );
  if (!first) return undefined;
  const text = JSON.stringify(first);
  return others.every((other) => JSON.stringify(other) === text) ? first : undefined;
}

function sourceOf(
  { layers, labels, cleanLabels, weight, bias }: PlannedActivations,
  written: (reference: string) => string,
): ActivationsSource {
  return {
    layers: layers.map(written),
    labels: written(labels),
    ...(cleanLabels === undefined ? {} : { cleanLabels: written(cleanLabels) }),
    ...(weight === undefined ? {} : { weight: written(weight) }),
    ...(bias === undefined ? {} : { bias: written(bias) }),
  };
}

/** `#name` for an array of the epoch's own file. */
function ofEpoch(reference: string, file: string, folder: string): string {
  return parseReference(reference).file === file && reference.startsWith(`${file}#`)
    ? reference.slice(file.length)
    : relativeReference(folder, reference);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
