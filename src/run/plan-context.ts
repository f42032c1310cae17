/** What planning knows of a request from the start, and the parts of a plan that follow from it alone. */
import path from 'node:path';
import type { InspectRequest, Plan } from '../protocol/engine';
import { Fault } from '../protocol/faults';
import type { RunFacts } from '../protocol/report';
import type { ManifestFile } from './manifest';

export interface Context {
  request: InspectRequest;
  target: string;
  isFolder: boolean;
  /** Of the run. */
  folder: string;
  manifest: ManifestFile | undefined;
}

export function runFacts(
  { folder, target, manifest }: Context,
  kind: RunFacts['kind'],
  classes: number,
  classNames: string[],
): RunFacts {
  const { loss, weightDecay } = manifest?.manifest ?? {};
  return {
    path: path.basename(kind === 'activations' ? target : folder),
    kind,
    classes,
    classNames,
    ...(loss === undefined ? {} : { loss }),
    ...(weightDecay === undefined ? {} : { weightDecay }),
  };
}

export function measuring({ request, manifest }: Context): Pick<Plan, 'layers' | 'pooling'> {
  const layers = request.layers === 'all' ? 'auto' : request.layers;
  return {
    layers: layers ?? manifest?.manifest.layers ?? 'auto',
    pooling: request.pooling ?? manifest?.manifest.pooling ?? 'auto',
  };
}

/**
 * The classes that the manifest names as the minority, as numbers.
 * @throws Fault E_MANIFEST for a class that there is not
 */
export function minorityOf({ manifest }: Context, classNames: readonly string[]): Pick<Plan, 'minority'> {
  const named = manifest?.manifest.minority;
  if (!named) return {};
  const minority = named.map((one) => (typeof one === 'number' ? one : classNames.indexOf(one)));
  const wrong = minority.findIndex((k) => !(Number.isInteger(k) && k >= 0 && k < classNames.length));
  if (wrong < 0) return { minority };
  throw new Fault(
    'E_MANIFEST',
    `neural-collapse.json names ${String(named[wrong])} under minority, but the classes are ${classNames.slice(0, 12).join(', ')}${classNames.length > 12 ? ', …' : ''}; correct it.`,
  );
}
