/** Which layers have the batch as their first axis: only those can be measured sample by sample. */
import type { Plan } from '../protocol/engine';
import type { PassLayer } from './layer-pooling';
import type { ModelSession, OutputTensor } from './session';

/**
 * Takes out of `layers`, where they were found automatically, those whose first axis is something else.
 * @param rows of the batch that made `outputs`
 * @returns what was passed over, in sentences
 */
export function dropOthers(
  layers: PassLayer[],
  outputs: ReadonlyMap<string, OutputTensor>,
  rows: number,
  session: ModelSession,
  plan: Pick<Plan, 'layers'>,
): string[] {
  if (plan.layers !== 'auto') return [];
  const others = layers.filter(
    ({ role, read }) => role === 'hidden' && !startsWithBatch(read.tensor, outputs.get(read.tensor), rows, session),
  );
  for (const layer of others) layers.splice(layers.indexOf(layer), 1);
  return others.length === 0
    ? []
    : [`Passed over, since their first axis is not the batch: ${others.map(({ name }) => name).join(', ')}.`];
}

function startsWithBatch(
  tensor: string,
  output: OutputTensor | undefined,
  rows: number,
  session: ModelSession,
): boolean {
  if (output?.dims[0] !== rows) return false;
  const { batch } = session.samples;
  const first = session.outputShapes.get(tensor)?.[0];
  if (batch === undefined || first === undefined || first === '' || (typeof first === 'number' && first <= 0))
    return true;
  // An axis of a fixed length, or one that the graph calls by another name than it calls the batch elsewhere in the
  // same tensor, only happens to be as long as the batch.
  if (typeof first === 'number') return false;
  return first === batch || !session.outputShapes.get(tensor)?.slice(1).includes(batch);
}
