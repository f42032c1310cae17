import { availableParallelism } from 'node:os';

/** One core stays free for the editor, but two cores are both used: the process runs at low priority. */
export function sessionThreads(): number {
  const cores = availableParallelism();
  return cores <= 2 ? cores : cores - 1;
}
