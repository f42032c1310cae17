/** The inputs of a model beside its samples: masks, segments, positions, found by name beside the samples. */
import path from 'node:path';
import { Fault } from '../protocol/faults';
import type { ArrayReference, InputSource } from '../protocol/engine';
import { candidatesOf, oneArray, Searcher, type Candidate } from './candidates';
import type { ModelFacts } from './model-facts';

/**
 * @param inputs the array of samples
 * @param named what a manifest says
 * @throws Fault E_INPUTS where an array has another number of samples, E_NO_SUCH_ARRAY
 */
export async function otherInputs(
  inputs: Candidate,
  samples: number,
  named: InputSource | undefined,
  { model, checkpoint }: { model: ModelFacts; checkpoint: string },
): Promise<{ others?: Record<string, ArrayReference>; warnings: string[] }> {
  const [, ...rest] = model.inputs;
  if (rest.length === 0) return { warnings: [] };
  const others: Record<string, ArrayReference> = {};
  const missing: string[] = [];
  const inFile = (await candidatesOf(inputs.file)).arrays;
  let beside: Candidate[] | undefined;
  for (const { name, role } of rest) {
    const reference = typeof named === 'object' ? named[name] : undefined;
    const fits = (one: Candidate): boolean => one.info.name === name && one.info.shape[0] === samples;
    const same = inFile.find(fits);
    beside ??= (await new Searcher().search(path.dirname(inputs.file), 0)).arrays;
    const array = reference === undefined ? (same ?? beside.find(fits)) : await oneArray(reference);
    if (!array) {
      if (role === 'other') throw lacking(name, checkpoint);
      missing.push(name);
      continue;
    }
    if (array.info.shape[0] !== samples) {
      throw new Fault(
        'E_INPUTS',
        `${path.basename(array.reference)} has ${array.info.shape[0] ?? 1} rows for ${name}, but ${path.basename(inputs.reference)} has ${samples} samples; save both of the same samples.`,
      );
    }
    others[name] = array.reference;
  }
  const warnings =
    missing.length === 0
      ? []
      : [
          `${checkpoint} also takes ${missing.join(', ')}, for which no array was found: masks were taken as ones, segments as zeros, positions as counted.`,
        ];
  return { ...(Object.keys(others).length > 0 ? { others } : {}), warnings };
}

/** The array of samples that a reference names; of a container with several, the only one with a row a sample. */
export async function oneSamples(reference: ArrayReference): Promise<Candidate> {
  const { arrays } = await candidatesOf(reference);
  const rows = arrays.filter(({ info }) => info.shape.length >= 2 && info.dtype !== 'string');
  return rows.length === 1 ? rows[0]! : oneArray(reference);
}

function lacking(name: string, checkpoint: string): Fault {
  return new Fault(
    'E_INPUTS',
    `${checkpoint} has several inputs, and no data gives ${name}; name it in neural-collapse.json under train.inputs, as { "${name}": "file#array", … }, or export the model with it fixed.`,
  );
}
