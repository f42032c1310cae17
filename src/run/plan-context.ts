/** What planning knows of a request from the start, and the parts of a plan that follow from it alone. */
import path from 'node:path';
import type { InspectRequest, Plan } from '../protocol/engine';
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
