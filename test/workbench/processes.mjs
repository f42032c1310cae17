// Child processes that never outlive the harness: every one is known here and ended with all of its descendants.
import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const running = new Set();
const closers = new Set();
let interrupted = false;

/** Starts a program and remembers it until it exits. */
export function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: 'inherit', ...options });
  running.add(child);
  const forget = () => running.delete(child);
  child.once('exit', forget);
  child.once('error', forget);
  return child;
}

/**
 * Runs a program to its end; it is ended after `timeout` ms, or after `silence` ms without output (with `capture`).
 * @returns {Promise<{code: number | null, signal: string | null, output: string, timedOut: boolean}>} `output` only with `capture`
 */
export function run(command, args, { timeout, silence, capture = false, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = start(command, args, { ...options, stdio: capture ? ['ignore', 'pipe', 'pipe'] : 'inherit' });
    let output = '';
    let timedOut = false;
    const giveUp = () => {
      timedOut = true;
      void endTree(child);
    };
    const timer = timeout === undefined ? undefined : setTimeout(giveUp, timeout);
    const quiet = silence === undefined ? undefined : setTimeout(giveUp, silence);
    const read = (data) => {
      output += data;
      quiet?.refresh();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    const settle = () => {
      clearTimeout(timer);
      clearTimeout(quiet);
    };
    child.once('error', (error) => {
      settle();
      reject(error);
    });
    // 'exit', not 'close': a stray grandchild holding the pipe must not hold us.
    child.once('exit', (code, signal) => {
      settle();
      setTimeout(() => resolve({ code, signal, output, timedOut }), capture ? 50 : 0);
    });
  });
}

/** Ends a child and its descendants: politely first (a browser then closes its own children), by force after `grace` ms. */
export async function endTree(child, grace = 2000) {
  if (child.pid === undefined) return;
  const family = descendants(child.pid);
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, grace).unref())]);
  }
  killNow(child, family);
}

function killNow(child, family) {
  if (process.platform === 'win32') {
    try {
      execFileSync('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore' });
    } catch {
      // It is gone already.
    }
    return;
  }
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  for (const { pid, started } of family) {
    if (startTime(pid) !== started) continue; // the number may belong to somebody else by now
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  }
}

/** Registers work to be done on Ctrl-C and before the harness exits; returns the function that takes it back. */
export function onEnd(close) {
  closers.add(close);
  return () => closers.delete(close);
}

/** True once Ctrl-C or a termination signal arrived. */
export function wasInterrupted() {
  return interrupted;
}

/** Ends everything that is still running and runs the registered closers. */
export async function endAll() {
  const pending = [...closers].reverse();
  closers.clear();
  for (const close of pending) await Promise.resolve(close()).catch(() => {});
  await Promise.all([...running].map((child) => endTree(child)));
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
]) {
  process.on(signal, () => {
    if (interrupted) return; // a terminal sends Ctrl-C to us and npm, which passes it on once more
    interrupted = true;
    void endAll().finally(() => process.exit(code));
  });
}
// The last resort, for an exception nobody caught: no time left for politeness.
process.on('exit', () => {
  for (const child of running) if (child.pid !== undefined) killNow(child, descendants(child.pid));
});

function descendants(root) {
  const children = new Map();
  for (const [pid, parent] of processTable()) {
    if (!children.has(parent)) children.set(parent, []);
    children.get(parent).push(pid);
  }
  const found = [];
  const queue = [root];
  while (queue.length > 0) {
    for (const pid of children.get(queue.pop()) ?? []) {
      found.push({ pid, started: startTime(pid) });
      queue.push(pid);
    }
  }
  return found;
}

/** [pid, parent pid] of every process; slim Linux images have no `ps`, so /proc is read there. */
function processTable() {
  if (process.platform === 'linux') {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), Number(statFields(name)[1])]);
  }
  if (process.platform === 'win32') return [];
  try {
    const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
    return table
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number));
  } catch {
    return [];
  }
}

/** Fields of /proc/PID/stat after the name in parentheses: state, parent, … */
function statFields(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/** What tells two processes with the same number apart; undefined when there is none of that number. */
function startTime(pid) {
  if (process.platform === 'linux') return statFields(pid)[19];
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}
