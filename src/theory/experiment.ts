/** One small experiment for each paper: its claim, its set-up, and a run that says in numbers whether it holds. */
import { Fault } from '../protocol/faults';
import type { ExperimentFacts, Outcome, Settings, TheoryChart } from '../protocol/theory';

/** How a run tells how far it is, and learns that it is to stop. */
export interface Stage {
  /**
   * To be awaited often enough that a person can cancel within a second.
   * @param share done, in [0, 1]
   * @param charts called for charts only where somebody looks at them
   * @throws whatever ends the run when it is cancelled
   */
  step(share: number, charts?: () => readonly TheoryChart[]): Promise<void>;
  /** The file of real images (images.ts), which only those around an experiment can read. @throws Fault E_IMAGES */
  images(): Promise<Uint8Array>;
}

export interface Experiment extends ExperimentFacts {
  /** The same settings give the same outcome. */
  run(settings: Settings, stage: Stage): Promise<Outcome>;
}

/**
 * The defaults with what was changed.
 * @throws Fault E_SETTING for a parameter that there is not, or a value beyond its bounds
 */
export function settingsOf({ paper, parameters }: ExperimentFacts, changed: Settings = {}): Settings {
  for (const [id, value] of Object.entries(changed)) {
    const parameter = parameters.find((one) => one.id === id);
    if (!parameter) {
      const known = parameters.map((one) => one.id).join(', ');
      throw new Fault('E_SETTING', `The experiment of ${paper} has no parameter ${id}; it has ${known}.`);
    }
    const { min, max, whole = false } = parameter;
    const allowed = value >= min && value <= max && (!whole || Number.isInteger(value));
    if (!allowed) {
      throw new Fault(
        'E_SETTING',
        `${id} must be ${whole ? 'a whole number' : 'a number'} from ${min} to ${max} in the experiment of ${paper}, and not ${value}.`,
      );
    }
  }
  return { ...Object.fromEntries(parameters.map(({ id, default: value }) => [id, value])), ...changed };
}

/** A setting that is there because `settingsOf` made it. */
export function setting(settings: Settings, id: string): number {
  const value = settings[id];
  if (value === undefined) throw new RangeError(`no setting ${id}`);
  return value;
}
