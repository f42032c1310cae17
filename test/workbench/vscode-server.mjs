// One run of VS Code's server, with folders of its own that vanish with it.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { removeFolder, temporaryFolder } from './paths.mjs';
import { endTree, onEnd, start } from './processes.mjs';
import { QUIET_SETTINGS } from './settings.mjs';
import { ensureServer } from './vscode-install.mjs';

const START_TIMEOUT = 60_000;

/**
 * Starts a server on 127.0.0.1 and waits until it listens.
 * @param {{port?: number, env?: Record<string, string>, settings?: Record<string, unknown>, token?: string}} [options]
 *   `env` reaches the extension host; `settings` are added to the quiet ones; with `token` only who knows it gets in
 * @returns {Promise<import('./vscode-server.d.mts').Server>}
 */
export async function startServer({ port = 0, env = {}, settings = {}, token } = {}) {
  const { node, main } = await ensureServer();
  const home = await temporaryFolder('server');
  const machine = path.join(home, 'user', 'Machine');
  await mkdir(machine, { recursive: true });
  let current = { ...QUIET_SETTINGS, ...settings };
  const writeSettings = () => writeFile(path.join(machine, 'settings.json'), JSON.stringify(current, null, 2));
  await writeSettings();

  const args = [main, '--host', '127.0.0.1', '--port', String(port)];
  args.push(...(token === undefined ? ['--without-connection-token'] : ['--connection-token', token]));
  args.push('--accept-server-license-terms', '--disable-workspace-trust', '--telemetry-level', 'off');
  // Without this flag a built workbench ignores extensionDevelopmentPath and extensionTestsPath.
  args.push('--enable-smoke-test-driver');
  for (const [flag, folder] of [
    ['--user-data-dir', 'user'],
    ['--server-data-dir', 'server'],
    ['--extensions-dir', 'extensions'],
  ]) {
    args.push(flag, path.join(home, folder));
  }
  const child = start(node, args, { env: serverEnvironment(env), stdio: ['ignore', 'pipe', 'pipe'] });

  let log = '';
  let stopped;
  const stop = () => {
    stopped ??= (async () => {
      takeBack();
      await endTree(child);
      await removeFolder(home);
    })();
    return stopped;
  };
  const takeBack = onEnd(stop);

  const listening = await new Promise((resolve, reject) => {
    const fail = (what) => reject(new Error(`VS Code's server ${what}.\n${tail(log)}`));
    const timer = setTimeout(() => fail(`did not start within ${START_TIMEOUT / 1000} s`), START_TIMEOUT);
    const read = (data) => {
      log += data;
      const match = /Extension host agent listening on (\d+)/.exec(log);
      if (match !== null) resolve(Number(match[1]));
      if (match !== null) clearTimeout(timer);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', (error) => fail(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) => fail(`ended at once (${signal ?? `exit code ${code}`})`));
  }).catch(async (error) => {
    await stop();
    throw error;
  });

  const authority = `127.0.0.1:${listening}`;
  return {
    port: listening,
    stop,
    tail: () => tail(log),
    exited: new Promise((resolve) => child.once('exit', resolve)),
    url({ workspace, extension, tests }) {
      const payload = [];
      if (extension !== undefined) payload.push(['extensionDevelopmentPath', remote(authority, extension)]);
      if (tests !== undefined) payload.push(['extensionTestsPath', remote(authority, tests)]);
      const query = new URLSearchParams();
      if (token !== undefined) query.set('tkn', token);
      query.set('folder', slashes(workspace));
      if (payload.length > 0) query.set('payload', JSON.stringify(payload));
      return `http://${authority}/?${query.toString().replaceAll('+', '%20')}`;
    },
    /** Changes settings of the running workbench; the editor watches the file. */
    async changeSettings(changes) {
      current = { ...current, ...changes };
      await writeSettings();
    },
  };
}

/** What VS Code or Node would take for an order when this runs inside a VS Code terminal stays out. */
function serverEnvironment(extra) {
  const env = { ...process.env, ...extra };
  for (const name of Object.keys(env)) {
    if (/^(VSCODE_|ELECTRON_)/.test(name) || name === 'NODE_OPTIONS') delete env[name];
  }
  return env;
}

/** The last lines of the log, without the long complaint about native modules that nothing here needs. */
function tail(log) {
  const lines = log.split('\n').filter((line) => line.trim() !== '' && !/^\s+(→|at )|bindings file|spdlog/.test(line));
  return lines.slice(-20).join('\n');
}

function remote(authority, file) {
  return `vscode-remote://${authority}${slashes(file)}`;
}

/** C:\a\b is /C:/a/b in a URI. */
function slashes(file) {
  const forward = path.resolve(file).split(path.sep).join('/');
  return forward.startsWith('/') ? forward : `/${forward}`;
}
