// One run of VS Code's server, with folders of its own that vanish with it.
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { editorEnvironment } from './environment.mjs';
import { removeFolder, temporaryFolder } from './paths.mjs';
import { endTree, onEnd, start } from './processes.mjs';
import { QUIET_SETTINGS } from './settings.mjs';
import { ensureServer } from './vscode-install.mjs';

const START_TIMEOUT = 60_000;
const LOG_LENGTH = 100_000;

/**
 * Starts a server on 127.0.0.1 and waits until it listens.
 * @param {import('./vscode-server.d.mts').ServerOptions} [options]
 * @returns {Promise<import('./vscode-server.d.mts').Server>}
 */
export async function startServer({ port = 0, env = {}, settings = {}, token, extension, automation = false } = {}) {
  const { node, main } = await ensureServer();
  const home = await temporaryFolder('server');
  const machine = path.join(home, 'user', 'Machine');
  await mkdir(machine, { recursive: true });
  let current = { ...QUIET_SETTINGS, ...settings };
  const writeSettings = () => writeFile(path.join(machine, 'settings.json'), JSON.stringify(current, null, 2));
  await writeSettings();
  const extensions = path.join(home, 'extensions');
  await mkdir(extensions);
  if (extension !== undefined) await link(extension, extensions);

  const args = [main, '--host', '127.0.0.1', '--port', String(port)];
  args.push(...(token === undefined ? ['--without-connection-token'] : ['--connection-token', token]));
  args.push('--accept-server-license-terms', '--disable-workspace-trust', '--telemetry-level', 'off');
  // Without this flag a built workbench ignores extensionTestsPath; with it, it shows no notification.
  if (automation) args.push('--enable-smoke-test-driver');
  args.push('--user-data-dir', path.join(home, 'user'), '--server-data-dir', path.join(home, 'server'));
  args.push('--extensions-dir', extensions);
  const child = start(node, args, { env: editorEnvironment(env), stdio: ['ignore', 'pipe', 'pipe'] });

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
      log = (log + data).slice(-LOG_LENGTH);
      const match = /Extension host agent listening on (\d+)/.exec(log);
      if (match !== null) resolve(Number(match[1]));
      if (match !== null) clearTimeout(timer);
      if (log.includes('EADDRINUSE')) fail(`cannot use port ${port}: another program listens there`);
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
    url({ workspace, development, tests }) {
      const payload = [];
      if (development !== undefined) payload.push(['extensionDevelopmentPath', remote(authority, development)]);
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

/** Installs an extension as it lies in its folder: what is built there is what runs, without packing it. */
async function link(extension, extensions) {
  const { publisher, name, version } = JSON.parse(await readFile(path.join(extension, 'package.json'), 'utf8'));
  await symlink(path.resolve(extension), path.join(extensions, `${publisher}.${name}-${version}`), 'junction');
}

/** The last lines of the log, without the long complaint about native modules that nothing here needs. */
function tail(log) {
  const lines = log.split('\n').filter((line) => line.trim() !== '' && !/^\s+(→|at )|bindings file|spdlog/.test(line));
  return lines.slice(-20).join('\n');
}

function remote(authority, file) {
  return `vscode-remote://${authority}${slashes(file).split('/').map(encodeURIComponent).join('/')}`;
}

/** C:\a\b is /C:/a/b in a URI. */
function slashes(file) {
  const forward = path.resolve(file).split(path.sep).join('/');
  return forward.startsWith('/') ? forward : `/${forward}`;
}
