/** What a manifest names and what lies on disk: headers of the files are read, and labels of moderate size. */
import path from 'node:path';
import type { ArrayInfo } from '../formats/array';
import { asFault } from '../protocol/faults';
import { DEFAULT_PATTERN, findCheckpoints } from './checkpoints';
import { labelsAreMultiHot, probe, type Probe } from './manifest-probe';
import type { JsonPath } from './manifest-json';
import type { ManifestNotes } from './manifest-notes';

/** Patterns with more alternatives than this are left to inspecting. */
const MOST_BRACES = 6;

/** References that are looked at, and where they stand. */
interface Reference {
  at: JsonPath;
  text: string;
}

export async function checkFiles(notes: ManifestNotes, folder: string): Promise<void> {
  const files = await checkpointFiles(notes, folder);
  const probes = new Map<string, Promise<Probe>>();
  const look = async ({ at, text }: Reference): Promise<ArrayInfo | undefined> => {
    // The first and the last epoch stand for all.
    const owners = text.startsWith('#') ? new Set([...files.slice(0, 1), ...files.slice(-1)]) : [undefined];
    let info: ArrayInfo | undefined;
    for (const owner of owners) {
      const key = `${owner ?? ''}\n${text}`;
      const found = await (probes.get(key) ?? keep(probes, key, probe(folder, text, owner)));
      if (found.fault) {
        notes.error(found.fault.message, ...at);
        return undefined;
      }
      info ??= found.info;
    }
    return info;
  };
  for (const split of ['train', 'test'] as const) {
    const samples = await samplesOf(notes, [split, 'inputs'], look);
    for (const key of ['labels', 'cleanLabels']) await counted(notes, [split, key], samples, look);
    if (split === 'train' && samples && !samples.images) withoutImages(notes);
  }
  await samplesOf(notes, ['ood', 'inputs'], look);
  await activations(notes, look);
  await manyLabels(notes, folder);
}

type Look = (reference: Reference) => Promise<ArrayInfo | undefined>;

function keep<T>(map: Map<string, T>, key: string, value: T): T {
  map.set(key, value);
  return value;
}

/** The files that `checkpoints` matches; empty where that cannot be told. */
async function checkpointFiles(notes: ManifestNotes, folder: string): Promise<string[]> {
  const pattern = notes.text('checkpoints');
  if ((pattern?.match(/\{/g)?.length ?? 0) > MOST_BRACES) return [];
  const found = await findCheckpoints(folder, pattern === undefined ? {} : { checkpoints: pattern }).catch(() => []);
  const names = new Set(found.map((checkpoint) => checkpoint.path));
  if (pattern !== undefined && names.size === 0) {
    notes.warning(
      `No file in ${path.basename(folder)} matches ${pattern}; correct the pattern, or put the checkpoints there.`,
      'checkpoints',
    );
    return [];
  }
  (notes.texts('order') ?? []).forEach((name, i) => {
    if (names.has(name)) return;
    notes.error(
      `${name} is not among the checkpoints, which are the files that match ${pattern ?? DEFAULT_PATTERN}; correct order or checkpoints.`,
      'order',
      i,
    );
  });
  return found.map(({ file }) => file);
}

/** One array, or one for each input: all with a row a sample. */
async function samplesOf(notes: ManifestNotes, at: JsonPath, look: Look): Promise<ArrayInfo | undefined> {
  const text = notes.text(...at);
  if (text !== undefined) return look({ at, text });
  let first: { info: ArrayInfo; key: string } | undefined;
  for (const key of notes.keys(...at)) {
    const one = notes.text(...at, key);
    const info = one === undefined ? undefined : await look({ at: [...at, key], text: one });
    if (!info) continue;
    first ??= { info, key };
    if (info.shape[0] === first.info.shape[0]) continue;
    notes.error(
      `${one} has ${rows(info)} rows, but ${first.key} has ${rows(first.info)}; all inputs need one row a sample.`,
      ...at,
      key,
    );
  }
  return first?.info;
}

/** As many labels as samples. */
async function counted(notes: ManifestNotes, at: JsonPath, samples: ArrayInfo | undefined, look: Look): Promise<void> {
  const text = notes.text(...at);
  if (text === undefined) return;
  const labels = await look({ at, text });
  if (!labels || !samples || labels.shape[0] === samples.shape[0]) return;
  notes.error(
    `${text} has ${rows(labels)} labels, but there are ${rows(samples)} samples; choose labels and data of the same split.`,
    ...at,
  );
}

async function activations(notes: ManifestNotes, look: Look): Promise<void> {
  const layers = notes.texts('activations', 'layers') ?? [];
  let first: ArrayInfo | undefined;
  for (const [i, text] of layers.entries()) {
    const info = await look({ at: ['activations', 'layers', i], text });
    if (!info) continue;
    first ??= info;
    if (info.shape[0] === first.shape[0]) continue;
    notes.error(
      `${text} has ${rows(info)} rows, but the layer before has ${rows(first)}; every layer needs one row a sample.`,
      'activations',
      'layers',
      i,
    );
  }
  for (const key of ['labels', 'cleanLabels']) await counted(notes, ['activations', key], first, look);
  for (const key of ['weight', 'bias']) {
    const text = notes.text('activations', key);
    if (text !== undefined) await look({ at: ['activations', key], text });
  }
}

/** Only pictures are resized and cropped. */
function withoutImages(notes: ManifestNotes): void {
  for (const key of ['resize', 'crop', 'interpolation']) {
    notes.warningAtKey(
      `${key} has no effect: only folders of images are resized and cropped, and train.inputs is an array.`,
      'preprocess',
      key,
    );
  }
}

async function manyLabels(notes: ManifestNotes, folder: string): Promise<void> {
  const labels = notes.text('train', 'labels');
  if (notes.text('loss') !== 'pick-all-labels' || labels === undefined) return;
  const several = await labelsAreMultiHot(folder, labels).catch((error: unknown) => {
    const { message } = asFault(error);
    notes.error(message, 'train', 'labels');
    return undefined;
  });
  if (several !== false) return;
  notes.warning(
    `pick-all-labels is a loss for samples of several classes, but ${labels} gives every sample one; correct the loss or the labels.`,
    'loss',
  );
}

/** Rows of the sample axis; a single value is one. */
function rows({ shape }: ArrayInfo): number {
  return shape[0] ?? 1;
}
