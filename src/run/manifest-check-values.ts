/** Combinations of keys that cannot be meant; no file is opened. */
import type { ManifestNotes } from './manifest-notes';

export function checkValues(notes: ManifestNotes): void {
  exclusive(notes);
  channels(notes);
  cropping(notes);
  pooling(notes);
  classNames(notes);
  epochsOfNoFile(notes);
}

function exclusive(notes: ManifestNotes): void {
  if (!notes.has('activations') || !notes.has('train', 'inputs')) return;
  notes.warningAtKey(
    'activations and train.inputs exclude each other: saved activations are measured as they are, without running a model on inputs; keep the one that is meant.',
    'activations',
  );
}

function channels(notes: ManifestNotes): void {
  const mean = notes.numbers('preprocess', 'mean') ?? [];
  const std = notes.numbers('preprocess', 'std') ?? [];
  if (mean.length <= 1 || std.length <= 1 || mean.length === std.length) return;
  notes.error(
    `mean has ${mean.length} values and std has ${std.length}; give both one value for each channel.`,
    'preprocess',
    'std',
  );
}

function cropping(notes: ManifestNotes): void {
  const resize = notes.size('preprocess', 'resize');
  const crop = notes.size('preprocess', 'crop');
  if (resize === undefined || crop === undefined) return;
  const [height, width] = typeof crop === 'number' ? [crop, crop] : crop;
  const larger =
    typeof resize === 'number' ? Math.min(height, width) > resize : height > resize[0] || width > resize[1];
  if (!larger) return;
  notes.warning(
    `The crop (${text(crop)}) is larger than what resize (${text(resize)}) leaves, so that its border would be black; crop less, or resize to more.`,
    'preprocess',
    'crop',
  );
}

function text(size: number | [number, number]): string {
  return typeof size === 'number' ? String(size) : size.join('×');
}

function pooling(notes: ManifestNotes): void {
  const layers = notes.texts('layers');
  if (!layers) return;
  for (const key of notes.keys('pooling')) {
    if (layers.includes(key)) continue;
    notes.warningAtKey(
      `layers does not name ${key}, so this has no effect; add it there or remove it here.`,
      'pooling',
      key,
    );
  }
}

function classNames(notes: ManifestNotes): void {
  const names = notes.texts('classNames') ?? [];
  const first = new Map<string, number>();
  names.forEach((name, k) => {
    const before = first.get(name);
    if (before === undefined) first.set(name, k);
    else notes.warning(`Class ${before} is named ${name} already; give each class a name of its own.`, 'classNames', k);
  });
}

/** A folder has no file of its own for `#name`. */
function epochsOfNoFile(notes: ManifestNotes): void {
  if (notes.has('checkpoints')) return;
  const layers = notes.texts('activations', 'layers') ?? [];
  const at = layers.findIndex((layer) => layer.startsWith('#'));
  if (at < 0) return;
  notes.warning(
    `${layers[at]} is an array of each epoch's own file, but nothing says which files these are; name them by checkpoints, as "epoch_*.npz".`,
    'activations',
    'layers',
    at,
  );
}
