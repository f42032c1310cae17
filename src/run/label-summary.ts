/** Labels of a candidate, read once and kept as counts: is it a labelling of this run, and which classes does it use? */
import { Fault } from '../protocol/faults';
import type { ArrayReference } from '../protocol/engine';
import { shortReference } from '../formats/reference';
import { readLabels, type Labels } from './labels';

export interface LabelSummary {
  samples: number;
  /** Samples per class; K long where K is known, else up to the largest label. Samples of several classes count in each. */
  counts: number[];
  /** Classes that have samples. */
  used: number;
  /** Present for multi-hot labels: samples with one class, with several, and with none. */
  multiplicity?: { one: number; several: number; none: number };
  /** Samples labelled −1: of no class. */
  without: number;
  /** Labels counted from 1. */
  fromOne?: true;
  /** Names of the classes where labels are text. */
  names?: readonly string[];
}

export type Summarised = { summary: LabelSummary } | { fault: Fault };

export class LabelReader {
  private readonly known = new Map<ArrayReference, Promise<Summarised>>();

  /** @param classes K, where the model tells it; @param names of the classes, where the manifest does */
  constructor(
    private readonly classes: number | undefined,
    private readonly names: readonly string[] | undefined,
  ) {}

  /** A Fault of reading is a result: while discovering, it says why labels do not fit. */
  read(reference: ArrayReference): Promise<Summarised> {
    let result = this.known.get(reference);
    if (!result) {
      result = summarise(reference, this.classes, this.names).then(
        (summary) => ({ summary }),
        (error: unknown) => {
          if (error instanceof Fault) return { fault: error };
          throw error;
        },
      );
      this.known.set(reference, result);
    }
    return result;
  }
}

/** @throws Fault of readLabels; E_LABELS where the numbers cannot be classes */
export async function summarise(
  reference: ArrayReference,
  classes?: number,
  names?: readonly string[],
): Promise<LabelSummary> {
  const labels = await readLabels(reference, classes, names);
  const numbers = labels.tags?.indices ?? labels.classes;
  const samples = labels.classes.length;
  const largest = numbers.reduce((most, label) => Math.max(most, label), 0);
  if (classes === undefined && largest >= Math.max(2, numbers.length)) {
    throw new Fault(
      'E_LABELS',
      `${shortReference(reference)} holds ${largest} among ${numbers.length} values, so these are not class numbers; choose another array.`,
    );
  }
  const counts = new Array<number>(classes ?? largest + 1).fill(0);
  for (const label of numbers) if (label >= 0) counts[label]!++;
  const multiplicity = multiplicityOf(labels);
  return {
    samples,
    counts,
    used: counts.filter((count) => count > 0).length,
    without: labels.tags ? 0 : labels.classes.reduce((count, label) => count + Number(label < 0), 0),
    ...(multiplicity ? { multiplicity } : {}),
    ...(labels.fromOne ? { fromOne: true as const } : {}),
    ...(labels.names ? { names: labels.names } : {}),
  };
}

function multiplicityOf({ tags }: Labels): LabelSummary['multiplicity'] {
  if (!tags) return undefined;
  const found = { one: 0, several: 0, none: 0 };
  for (let i = 0; i + 1 < tags.starts.length; i++) {
    const count = tags.starts[i + 1]! - tags.starts[i]!;
    if (count === 1) found.one++;
    else if (count > 1) found.several++;
    else found.none++;
  }
  return found;
}

/** Class means need samples with one class. */
export function noSingleClass(labels: ArrayReference): Fault {
  return new Fault(
    'E_MULTILABEL',
    `${shortReference(labels)} gives no sample exactly one class, and class means are of samples with one; add some to the data.`,
  );
}
