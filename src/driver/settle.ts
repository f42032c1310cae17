/** A plan, with the person asked wherever the files fit in more than one way. */
import type { InspectRequest, Plan, Question } from '../protocol/engine';
import type { EngineClient } from './engine-client';

/** @param ask resolves to the index of the choice; what it throws ends the planning */
export async function settlePlan(
  engine: EngineClient,
  request: InspectRequest,
  ask: (question: Question) => Promise<number>,
  signal: AbortSignal,
): Promise<Plan> {
  const answers: Record<string, number> = {};
  for (;;) {
    const result = await engine.plan({ ...request, answers }, signal);
    if (result.kind === 'plan') return result.plan;
    answers[result.question.id] = await ask(result.question);
  }
}
