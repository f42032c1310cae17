/** What a paper's experiment is told, and what it tells: the same for the panel, the command line and the documents. */

/** A number of the set-up that a person may change. */
export interface Parameter {
  id: string;
  /** As the paper writes it, in LaTeX where it has a symbol. */
  name: string;
  /** One plain sentence. */
  plain: string;
  min: number;
  max: number;
  default: number;
  /** Only whole numbers. */
  whole?: boolean;
}

/** Values by parameter id. */
export type Settings = Readonly<Record<string, number>>;

/** A curve of an experiment: what was measured, or what the theory says. */
export interface TheorySeries {
  name: string;
  kind: 'measured' | 'theory' | 'bound';
  points: readonly (readonly [x: number, y: number])[];
}

export interface TheoryChart {
  id: string;
  title: string;
  x: { title: string; log?: boolean };
  y: { title: string; log?: boolean };
  series: readonly TheorySeries[];
}

/** One number of the verdict. */
export interface Check {
  id: string;
  /** What is compared, in a plain sentence. */
  what: string;
  measured: number;
  /** `equal`: within the tolerance of what is expected; `atMost`, `atLeast`: a bound, loosened by the tolerance. */
  relation: 'equal' | 'atMost' | 'atLeast';
  expected: number;
  /** Absolute. */
  tolerance: number;
  /** Why the tolerance is what it is: the theory, or the spread over seeds. */
  because: string;
}

export interface Outcome {
  charts: readonly TheoryChart[];
  checks: readonly Check[];
  /** What a reader should know beside the verdict. */
  notes?: readonly string[];
}

/** An experiment as it is offered: everything but how it runs. */
export interface ExperimentFacts {
  /** Key of its paper. */
  paper: string;
  title: string;
  /** The paper's claim, in plain words. */
  claim: string;
  /** What is done to see it. */
  setup: string;
  /** Closed form or bound, in LaTeX. */
  formula: string;
  parameters: readonly Parameter[];
}

export interface ReproduceRequest {
  paper: string;
  /** What differs from the defaults. */
  settings?: Settings;
}

export interface ReproduceProgress {
  paper: string;
  /** In [0, 1]. */
  share: number;
  /** The charts so far, where they have grown. */
  charts?: readonly TheoryChart[];
}

/** What came of it. */
export interface Reproduced extends Outcome {
  facts: ExperimentFacts;
  settings: Settings;
  holds: boolean;
  seconds: number;
}

/** How a check's relation is written between what was measured and what was expected. */
export const RELATION_SIGNS: Readonly<Record<Check['relation'], string>> = { equal: '=', atMost: '≤', atLeast: '≥' };

export function holds({ measured, relation, expected, tolerance }: Check): boolean {
  if (!Number.isFinite(measured)) return false;
  if (relation === 'equal') return Math.abs(measured - expected) <= tolerance;
  return relation === 'atMost' ? measured <= expected + tolerance : measured >= expected - tolerance;
}
