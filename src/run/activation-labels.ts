/** The labels of saved activations: inside the file, beside it, or named. */
import path from 'node:path';
import { isInteger, rowLength } from '../formats/array';
import { describe } from '../formats/stored';
import { Fault } from '../protocol/faults';
import type { ArrayReference, InspectRequest, Question } from '../protocol/engine';
import { isWeightName } from './activation-names';
import { isCleanVersionOf, isLabelName, isNumberingName, labelRank, similarity } from './array-names';
import { candidatesOf, type Candidate } from './candidates';

export const LABELS_QUESTION = 'activation-labels';

export type FoundLabels =
  | { kind: 'labels'; labels: Candidate; cleanLabels?: Candidate; answered: boolean }
  | { kind: 'question'; question: Question };

/** @throws Fault E_LABEL_COUNT, E_NO_LABELS */
export async function findLabels(
  target: string,
  rows: readonly Candidate[],
  own: readonly Candidate[],
  beside: readonly Candidate[],
  named: ArrayReference | undefined,
  request: InspectRequest,
): Promise<FoundLabels> {
  const counts = new Set(rows.filter(({ info }) => !isWeightName(info.name)).map(({ info }) => info.shape[0]));
  const fits = ({ info }: Candidate): boolean => counts.has(info.shape[0]);
  let options: Candidate[];
  if (named !== undefined) {
    const arrays = (await candidatesOf(named)).arrays;
    options = arrays.length === 1 ? arrays : arrays.filter(isLabels);
    if (arrays.length === 1 && arrays[0] && !fits(arrays[0])) throw wrongCount(arrays[0], rows);
  } else {
    const inside = own.filter(isLabels);
    const plain = inside.filter(({ info }) => isLabelName(info.name));
    const outside = beside.filter((candidate) => isLabels(candidate) && isLabelName(candidate.info.name));
    const split = rows[0]?.split;
    const same = outside.filter((candidate) => !split || !candidate.split || candidate.split === split);
    // Labels that lie in the file itself are its labels: wrong ones are not replaced by a neighbour's in silence.
    if (plain[0] && !plain.some(fits)) throw wrongCount(plain[0], rows);
    options = [plain, mostAlike(path.basename(target), same), inside].find((list) => list.some(fits)) ?? [];
    if (options.length === 0) {
      const wrong = plain[0] ?? same[0];
      if (wrong) throw wrongCount(wrong, rows);
    }
  }
  options = options.filter(fits).sort((a, b) => labelRank(a.info.name) - labelRank(b.info.name));
  const [first, second] = options;
  if (!first && isStateDict(own)) {
    throw new Fault(
      'E_NO_LABELS',
      `${path.basename(target)} holds the weights of a model, not activations; export the model with torch.onnx.export and inspect that.`,
    );
  }
  if (!first) {
    throw new Fault(
      'E_NO_LABELS',
      `No labels were found for the ${rows[0]!.info.shape[0]} samples of ${path.basename(target)}; save them beside it as labels.npy, or name them with --labels.`,
    );
  }
  if (!second) return { kind: 'labels', labels: first, answered: false };
  // A second labelling that is the first without noise is no other choice.
  if (options.length === 2 && isCleanVersionOf(second.info.name, first.info.name)) {
    return { kind: 'labels', labels: first, cleanLabels: second, answered: false };
  }
  const answer = request.answers?.[LABELS_QUESTION];
  const chosen = answer === undefined ? undefined : options[answer];
  if (chosen) return { kind: 'labels', labels: chosen, answered: true };
  const choices = options.map(({ file, info }) => ({ label: `${path.basename(file)}: ${describe(info)}` }));
  const text = `Which labels belong to ${path.basename(target)}?`;
  return { kind: 'question', question: { id: LABELS_QUESTION, text, choices } };
}

function wrongCount(labels: Candidate, rows: readonly Candidate[]): Fault {
  return new Fault(
    'E_LABEL_COUNT',
    `${path.basename(labels.reference)} has ${labels.info.shape[0]} labels, but ${path.basename(rows[0]!.reference)} has ${rows[0]!.info.shape[0]} samples; choose labels and activations of the same data.`,
  );
}

/** Whole numbers or text, one a sample; by name also floats and one-hot rows. */
function isLabels({ info }: Candidate): boolean {
  if (info.shape.length === 0 || isNumberingName(info.name)) return false;
  if (isLabelName(info.name)) return info.shape.length <= 2;
  return rowLength(info) === 1 && (isInteger(info.dtype) || info.dtype === 'string');
}

function mostAlike(name: string, candidates: readonly Candidate[]): Candidate[] {
  const likeness = candidates.map(({ file }) => similarity(name, path.basename(file)));
  const most = Math.max(...likeness);
  return candidates.filter((_, i) => likeness[i] === most);
}

/** Names as a network's parameters have them, and nothing else. */
function isStateDict(own: readonly Candidate[]): boolean {
  const parameter =
    /(^|[./])(weight|bias|kernel|gamma|beta|running_mean|running_var|num_batches_tracked|moving_mean|moving_variance|vars\/\d+)(:0)?$/i;
  return own.length >= 2 && own.filter(({ info }) => parameter.test(info.name)).length > own.length / 2;
}
