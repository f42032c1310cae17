/** Which classes are old and which are being learned, at a checkpoint of a run that learns task by task. */
import type { TaskClasses } from '../metrics/metric';
import type { PlannedTask } from '../protocol/engine';

/**
 * The task being learned is the last one that has begun by then; where no task says when it begins, or the checkpoint
 * has no epoch, it is the last one. Classes of tasks to come are in neither group.
 */
export function taskClasses(tasks: readonly PlannedTask[], epoch: number | undefined): TaskClasses {
  const begun = epoch === undefined ? tasks.length : tasks.filter(({ from = -Infinity }) => from <= epoch).length;
  const now = Math.max(0, begun - 1);
  return { old: tasks.slice(0, now).flatMap(({ classes }) => classes), now: tasks[now]?.classes ?? [] };
}
