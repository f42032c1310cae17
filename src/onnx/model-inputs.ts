/** What each input of a model is for: the samples themselves, or what goes along with them. */
import type { Graph, ValueInfo } from './graph';

/** `mask`: 1 where a position holds something; `types`: segment of each position; `positions`: its number. */
export type InputRole = 'samples' | 'mask' | 'types' | 'positions' | 'other';

const ROLES: readonly [RegExp, InputRole][] = [
  [/mask/i, 'mask'],
  [/token_?type|segment/i, 'types'],
  [/position_?ids?|^positions?$/i, 'positions'],
];
/** Names that exporters and their users give to the samples. */
const SAMPLES =
  /^(input_?ids?|pixel_?values|input_?values|input_?features|inputs?_?embeds|inputs?|x|images?|data|tokens?)$/i;

/** The input that carries the samples: by its name, else the first that is no mask and the like. */
export function samplesInput(graph: Graph): ValueInfo | undefined {
  const candidates = graph.inputs.filter(({ name }) => roleByName(name) === undefined);
  return candidates.find(({ name }) => SAMPLES.test(name)) ?? candidates[0] ?? graph.inputs[0];
}

export function inputRole(graph: Graph, name: string): InputRole {
  return samplesInput(graph)?.name === name ? 'samples' : (roleByName(name) ?? 'other');
}

function roleByName(name: string): InputRole | undefined {
  return ROLES.find(([pattern]) => pattern.test(name))?.[1];
}
