/** What planning knows of a request from the start, and the parts of a plan that follow from it alone. */
import path from 'node:path';
import type { InspectRequest, Plan, PlannedTask } from '../protocol/engine';
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

export function measuring({ request, manifest }: Context): Pick<Plan, 'layers' | 'pooling' | 'metrics'> {
  const layers = request.layers === 'all' ? 'auto' : request.layers;
  const metrics = request.metrics ?? manifest?.manifest.metrics;
  return {
    layers: layers ?? manifest?.manifest.layers ?? 'auto',
    pooling: request.pooling ?? manifest?.manifest.pooling ?? 'auto',
    ...(metrics ? { metrics } : {}),
  };
}

/**
 * The classes that the manifest names as the minority, as numbers.
 * @throws Fault E_MANIFEST for a class that there is not
 */
export function minorityOf({ manifest }: Context, classNames: readonly string[]): Pick<Plan, 'minority'> {
  const named = manifest?.manifest.minority;
  return named ? { minority: classNumbers(named, 'minority', classNames) } : {};
}

/**
 * The tasks that the manifest names, in the order they are learned.
 * @throws Fault E_MANIFEST for a class that there is not, or that two tasks have; for a first epoch that not every task
 * has, or that comes before that of the task before
 */
export function tasksOf({ manifest }: Context, classNames: readonly string[]): Pick<Plan, 'tasks'> {
  const named = manifest?.manifest.tasks;
  if (!named) return {};
  const tasks = named.map((task, t): PlannedTask => {
    const { classes, from } = Array.isArray(task) ? { classes: task, from: undefined } : task;
    const numbers = classNumbers(classes, `tasks[${t}]`, classNames);
    return { classes: numbers, ...(from === undefined ? {} : { from }) };
  });
  const all = tasks.flatMap(({ classes }) => classes);
  const twice = all.find((k, at) => all.indexOf(k) < at);
  if (twice !== undefined)
    throw wrongTasks(`names class ${classNames[twice]} in two tasks`, 'give each class one task');
  const starts = tasks.flatMap(({ from }) => from ?? []);
  if (starts.length > 0 && starts.length < tasks.length)
    throw wrongTasks('gives the first epoch of some tasks only', 'write from for each of them, or for none');
  const early = starts.findIndex((from, t) => t > 0 && from < starts[t - 1]!);
  if (early > 0) throw wrongTasks(`starts task ${early + 1} before task ${early}`, 'order tasks by their first epoch');
  return { tasks };
}

function wrongTasks(what: string, advice: string): Fault {
  return new Fault('E_MANIFEST', `neural-collapse.json ${what}; ${advice} under tasks.`);
}

function classNumbers(named: readonly (number | string)[], key: string, classNames: readonly string[]): number[] {
  const numbers = named.map((one) => (typeof one === 'number' ? one : classNames.indexOf(one)));
  const wrong = numbers.findIndex((k) => !(Number.isInteger(k) && k >= 0 && k < classNames.length));
  if (wrong < 0) return numbers;
  throw new Fault(
    'E_MANIFEST',
    `neural-collapse.json names ${String(named[wrong])} under ${key}, but the classes are ${classNames.slice(0, 12).join(', ')}${classNames.length > 12 ? ', …' : ''}; correct it.`,
  );
}
