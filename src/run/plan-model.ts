/** The model that a run's checkpoints share, and which of its outputs is meant. */
import type { InspectRequest, ModelOverrides, PlannedCheckpoint, Question } from '../protocol/engine';
import type { ModelFacts, ReadModel } from './model-facts';

/** Question that is asked where several outputs of a model could be the logits. */
export const LOGITS_QUESTION = 'logits-output';

export type SettledModel =
  | { kind: 'model'; model: ModelFacts; from: PlannedCheckpoint; answered: boolean }
  | { kind: 'question'; question: Question };

/**
 * The first checkpoint that can be read tells; one that cannot fails by itself later.
 * @param overrides takes in the output that was chosen by an answer
 */
export async function settleModel(
  checkpoints: readonly PlannedCheckpoint[],
  overrides: ModelOverrides,
  request: InspectRequest,
  readModel: ReadModel,
): Promise<SettledModel> {
  let failure: unknown;
  for (const from of checkpoints) {
    try {
      const model = await readModel(from.file, overrides);
      const { outputs } = model;
      if (!outputs) return { kind: 'model', model, from, answered: false };
      const chosen = outputs[request.answers?.[LOGITS_QUESTION] ?? -1];
      if (!chosen) return { kind: 'question', question: logitsQuestion(from, outputs) };
      overrides.logits = chosen.output;
      return { kind: 'model', model: await readModel(from.file, overrides), from, answered: true };
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}

function logitsQuestion({ path: name }: PlannedCheckpoint, outputs: NonNullable<ModelFacts['outputs']>): Question {
  return {
    id: LOGITS_QUESTION,
    text: `Which output of ${name} holds the logits?`,
    choices: outputs.map(({ output, classes }) => ({
      label: output,
      ...(classes === undefined ? {} : { description: `${classes} classes` }),
    })),
  };
}
