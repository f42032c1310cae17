/** What a reader should know of a plan before trusting its numbers, in sentences; and the classes' names. */
import path from 'node:path';
import { isInteger } from '../formats/array';
import { shortReference } from '../formats/reference';
import type { Preprocess } from '../protocol/engine';
import type { LabelSummary } from './label-summary';
import type { ModelFacts } from './model-facts';
import type { Pair } from './pairs';

/** Names shown in one warning. */
const MOST_NAMES = 8;

/** What the classes are called: as the manifest says, as text labels say, else by their numbers. */
export function namesOf(
  classes: number,
  written: readonly string[] | undefined,
  { names }: LabelSummary,
): { classNames: string[]; warning?: string } {
  const classNames = Array.from({ length: classes }, (_, k) => written?.[k] ?? names?.[k] ?? String(k));
  if (!written || written.length === classes) return { classNames };
  return {
    classNames,
    warning: `neural-collapse.json names ${written.length} classes, but there are ${classes}; correct classNames.`,
  };
}

export function unseen(test: LabelSummary, train: LabelSummary, names: readonly string[]): string[] {
  const only = names.filter((_, k) => (test.counts[k] ?? 0) > 0 && (train.counts[k] ?? 0) === 0);
  return only.length > 0 ? [`${classList(only)} samples in the test data but none in the training data.`] : [];
}

function classList(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(', ');
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  return names.length === 1 ? `Class ${shown} has` : `Classes ${shown}${more} have`;
}

/** How labels were taken, wherever that could be otherwise than the training took them. */
export function labelNotes(
  { summary, labels }: { summary: LabelSummary; labels: { reference: string; info?: unknown } },
  written: readonly string[] | undefined,
): string[] {
  const name = shortReference(labels.reference);
  const { multiplicity, fromOne, names, without } = summary;
  const notes: string[] = [];
  if (fromOne) notes.push(`${name} counts the classes from 1; they were taken as 0 to ${summary.counts.length - 1}.`);
  if (without > 0) notes.push(withoutClass(name, without));
  // The folders of images are numbered by name wherever they are read.
  if (names && !written && !/#y$/.test(name)) {
    const first = names.slice(0, 3).map((text, k) => `${text} = ${k}`);
    notes.push(
      `${name} is text and was numbered alphabetically (${first.join(', ')}, …); if the training numbered the classes otherwise, list them in order as classNames in neural-collapse.json.`,
    );
  }
  if (multiplicity) notes.push(multiHot(name, multiplicity));
  return notes;
}

/** Samples of a set beside the training data that have no part in its class means. */
export function leftOut({ summary, labels }: { summary: LabelSummary; labels: { reference: string } }): string[] {
  const { multiplicity, without } = summary;
  const name = shortReference(labels.reference);
  return [
    ...(without > 0 ? [withoutClass(name, without)] : []),
    ...(multiplicity ? [multiHot(name, multiplicity)] : []),
  ];
}

function withoutClass(name: string, count: number): string {
  return `${name} labels ${count} samples with −1: they are of no class and were left out.`;
}

function multiHot(name: string, { one, several, none }: NonNullable<LabelSummary['multiplicity']>): string {
  const rest = `${several} with several${none > 0 ? ` and ${none} with none` : ''}`;
  return `${name} is multi-hot: class means are of the ${one} samples with one class; ${rest} were left out of them.`;
}

/** Data of another folder may be another run's: it is said where it was found. */
export function elsewhere({ inputs }: Pair, folder: string, chosen: boolean): string[] {
  const relative = path.relative(folder, inputs.file).split(path.sep).join('/');
  if (!chosen || !relative.startsWith('..')) return [];
  return [`The data was found outside the run's folder, in ${relative}; if it is another run's, name the right one.`];
}

/** Pictures are made the model's size; how the training did it, only its author knows. */
export function pictures({ inputs }: Pair, { resize, crop }: Preprocess): string[] {
  if (!inputs.info.images || resize !== undefined || crop !== undefined) return [];
  return [
    `The images of ${path.basename(inputs.file)} were resized to the model's input; if the training cropped them, write resize and crop under preprocess in neural-collapse.json.`,
  ];
}

/** Images as bytes were hardly ever shown to the network as they are. */
export function scaling({ inputs }: Pair, model: ModelFacts, written: Preprocess | undefined): string[] {
  const { scale, mean, std } = written ?? {};
  const floating = !isInteger(model.inputs[0]?.dtype ?? 'float32');
  if (inputs.info.dtype !== 'uint8' || !floating || scale !== undefined || mean !== undefined || std !== undefined) {
    return [];
  }
  return [
    `${path.basename(inputs.reference)} was scaled by 1/255; if the training also normalised by mean and std, write them under preprocess in neural-collapse.json.`,
  ];
}
