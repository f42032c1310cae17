/** The one list of experiments: what the sidebar offers, the command line runs and the documents show. */
import { Fault } from '../protocol/faults';
import { holds, type ExperimentFacts, type Reproduced, type ReproduceRequest } from '../protocol/theory';
import { settingsOf, type Experiment, type Stage } from './experiment';
import { papyan2020 } from './experiments/papyan2020';
import { fang2021 } from './experiments/fang2021';
import { li2024 } from './experiments/li2024';
import { jiang2023 } from './experiments/jiang2023';
import { mixon2022 } from './experiments/mixon2022';
import { tirer2022 } from './experiments/tirer2022';
import { nguyen2022 } from './experiments/nguyen2022';
import { zhu2021 } from './experiments/zhu2021';
import { ji2022 } from './experiments/ji2022';
import { lu2022 } from './experiments/lu2022';
import { e2020 } from './experiments/e2020';
import { yaras2022 } from './experiments/yaras2022';
import { han2022 } from './experiments/han2022';
import { zhou2022a } from './experiments/zhou2022a';
import { rangamani2022 } from './experiments/rangamani2022';
import { zhou2022b } from './experiments/zhou2022b';
import { hesu2023 } from './experiments/hesu2023';

/** In the order of the papers. */
export const experiments: readonly Experiment[] = [
  papyan2020,
  fang2021,
  li2024,
  jiang2023,
  mixon2022,
  tirer2022,
  nguyen2022,
  zhu2021,
  ji2022,
  lu2022,
  e2020,
  yaras2022,
  han2022,
  zhou2022a,
  rangamani2022,
  zhou2022b,
  hesu2023,
];

export function experimentOf(paper: string): Experiment | undefined {
  return experiments.find((experiment) => experiment.paper === paper);
}

/** @throws Fault E_NO_EXPERIMENT, E_SETTING; whatever the stage throws */
export async function reproduce({ paper, settings: changed }: ReproduceRequest, stage: Stage): Promise<Reproduced> {
  const experiment = experimentOf(paper);
  if (!experiment) {
    const known = experiments.map((one) => one.paper).join(', ');
    throw new Fault('E_NO_EXPERIMENT', `There is no experiment for ${paper}; there is one for each of ${known}.`);
  }
  const settings = settingsOf(experiment, changed);
  const started = performance.now();
  const outcome = await experiment.run(settings, stage);
  return {
    ...outcome,
    facts: factsOf(experiment),
    settings,
    holds: outcome.checks.length > 0 && outcome.checks.every(holds),
    seconds: (performance.now() - started) / 1000,
  };
}

/** What is offered of an experiment: everything but how it runs. */
export function factsOf({ paper, title, claim, setup, formula, parameters }: ExperimentFacts): ExperimentFacts {
  return { paper, title, claim, setup, formula, parameters };
}
