/**
 * Ends this process with its parent. While the model runs, the main thread hears nothing, not even that standard input
 * was closed; a thread of its own looks every quarter of a second whether the parent is still there.
 */
import { Worker } from 'node:worker_threads';

const WATCH = `
  const parent = process.ppid;
  setInterval(() => {
    let gone = process.ppid !== parent;
    if (!gone) try { process.kill(parent, 0); } catch (error) { gone = error.code === 'ESRCH'; }
    if (gone) process.kill(process.pid, 'SIGKILL');
  }, 250);
`;

export function endWithParent(): void {
  new Worker(WATCH, { eval: true }).unref();
}
