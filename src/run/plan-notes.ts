/** What a reader should know of a plan before trusting its numbers, in sentences; and the classes' names. */
import path from 'node:path';
import { isInteger } from '../formats/array';
import { shortReference } from '../formats/reference';
import { Fault } from '../protocol/faults';
import type { Preprocess } from '../protocol/engine';
import type { LabelSummary } from './label-summary';
import { textClasses } from './labels';
import type { ModelFacts } from './model-facts';
import type { Pair } from './pairs';

/** Names shown in one warning. */
const MOST_NAMES = 8;

export async function namesOf(
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

export function unseen(test: LabelSummary, train: LabelSummary, names: readonly string[]): string[] {
  const only = names.filter((_, k) => (test.counts[k] ?? 0) > 0 && (train.counts[k] ?? 0) === 0);
  return only.length > 0 ? [`${classList(only)} samples in the test data but none in the training data.`] : [];
}

function classList(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(', ');
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  return names.length === 1 ? `Class ${shown} has` : `Classes ${shown}${more} have`;
}

/** Class means are of samples with one class; the others are told of. */
export function severalClasses({
  summary,
  labels,
}: {
  summary: LabelSummary;
  labels: { reference: string };
}): string[] {
  const { multiplicity } = summary;
  if (!multiplicity) return [];
  const { one, several, none } = multiplicity;
  return [
    `${shortReference(labels.reference)} is multi-hot: class means are of the ${one} samples with one class; ${several} with several${none > 0 ? ` and ${none} with none` : ''} were left out of them.`,
  ];
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
