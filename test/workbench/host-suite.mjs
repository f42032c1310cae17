// Runs test/host inside the extension host of a real VS Code.
import path from 'node:path';
import { format } from 'node:util';
import { desktopArguments, findDesktop } from './desktop.mjs';
import { editorEnvironment } from './environment.mjs';
import { ROOT, removeFolder, temporaryFolder } from './paths.mjs';
import { run } from './processes.mjs';
import { openWindow } from './window.mjs';
import { hostWorkspace } from './workspaces.mjs';

/** What mocha's lines begin with among all that a workbench writes to its console. */
const MARK = 'mocha> ';
const TESTS = path.join(ROOT, 'out', 'test', 'host', 'index.js');

/**
 * The suite in VS Code's own server, with a headless Chromium as its window.
 * @param {{env: Record<string, string>, timeout: number}} options `env` reaches the tests
 * @returns {Promise<string | undefined>} what went wrong beside failing tests
 */
export async function runHostInServer({ env, timeout }) {
  const { home, workspace } = await hostWorkspace();
  const { server, browser, page, close } = await openWindow({
    env: { ...env, NEURAL_COLLAPSE_TEST_MARK: MARK },
    automation: true,
  });
  const chatter = [];
  const log = (_type, args) => {
    const text = format(...args);
    if (text.startsWith(MARK)) console.log(text.replaceAll(MARK, ''));
    else chatter.push(text);
  };
  let timer;
  let problem;
  try {
    const finished = new Promise((resolve, reject) => {
      void page.exposeFunction('codeAutomationLog', log);
      void page.exposeFunction('codeAutomationExit', (code) => resolve(code));
      page.once('crash', () => reject(new Error("the workbench's page crashed")));
      browser.once('disconnected', () => reject(new Error('Chromium ended unexpectedly')));
      void server.exited.then(() => reject(new Error(`VS Code's server ended unexpectedly\n${server.tail()}`)));
      timer = setTimeout(() => reject(new Error(`it did not finish within ${timeout / 1000} s`)), timeout);
    });
    finished.catch(() => {}); // `goto` may fail first
    await page.goto(server.url({ workspace, development: ROOT, tests: TESTS }));
    const code = await finished;
    if (code !== 0) problem = `the extension host ended with code ${code}`;
  } catch (error) {
    problem = error.message;
  } finally {
    clearTimeout(timer);
    await close();
    await removeFolder(home);
  }
  if (problem !== undefined) console.log(`\nThe workbench's console at the end:\n${chatter.slice(-30).join('\n')}`);
  return problem;
}

/** The same suite in a desktop VS Code. */
export async function runHostInDesktop({ env, timeout }) {
  const desktop = await findDesktop();
  if ('reason' in desktop) return `it needs a desktop VS Code: ${desktop.reason}`;
  console.log(`Desktop VS Code: ${desktop.origin}.`);
  const { home, workspace } = await hostWorkspace();
  const profile = await temporaryFolder('desktop');
  try {
    const args = await desktopArguments({ home: profile, workspace });
    args.push('--no-sandbox', '--disable-gpu-sandbox');
    args.push(`--extensionDevelopmentPath=${ROOT}`, `--extensionTestsPath=${TESTS}`);
    const result = await run(desktop.program, args, { env: editorEnvironment(env), timeout });
    if (result.timedOut) return `it did not finish within ${timeout / 1000} s`;
    return result.code === 0 ? undefined : `VS Code ended with ${result.signal ?? `code ${result.code}`}`;
  } finally {
    await removeFolder(profile);
    await removeFolder(home);
  }
}
