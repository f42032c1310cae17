// npm start: opens a real VS Code with the extension and a copy of the sample run.
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { desktopArguments, findDesktop, hasDisplay } from './desktop.mjs';
import { editorEnvironment } from './environment.mjs';
import { ensureDependencies } from './npm.mjs';
import { ROOT, temporaryFolder } from './paths.mjs';
import { endAll, run, start, wasInterrupted } from './processes.mjs';
import { startServer } from './vscode-server.mjs';
import { sampleWorkspace } from './workspaces.mjs';

const HELP = `Opens a real VS Code with the extension and a copy of the sample run.

  npm start -- [--browser] [--port N] [--workspace DIR] [--no-open]

  --browser        VS Code in the browser, even where a desktop VS Code could be had
  --port N         the port of VS Code in the browser (a free one otherwise)
  --workspace DIR  opens DIR instead of the sample run
  --no-open        prints the address instead of opening a browser (implies --browser)`;

async function main() {
  const { values } = parseArgs({
    options: {
      browser: { type: 'boolean', default: false },
      port: { type: 'string', default: '0' },
      workspace: { type: 'string' },
      'no-open': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--port ${values.port} is not a port: give a number from 1 to 65535.`);
  }
  await ensureDependencies();
  await build();

  const env = {};
  let workspace = values.workspace && path.resolve(values.workspace);
  if (workspace === undefined) {
    workspace = (await sampleWorkspace()).workspace;
    env.NEURAL_COLLAPSE_OPEN_SAMPLE = '1'; // the extension shows the panel without a click
  }

  const browser = values.browser || values['no-open'] || port !== 0;
  const desktop = browser ? { reason: 'VS Code in the browser was asked for' } : await findDesktop();
  if ('program' in desktop) await inDesktop(desktop, workspace, env);
  else await inBrowser(desktop.reason, { workspace, env, port, open: !values['no-open'] });
}

async function inDesktop({ program, origin }, workspace, env) {
  const home = await temporaryFolder('desktop');
  const args = await desktopArguments({ home, workspace });
  args.push(`--extensionDevelopmentPath=${ROOT}`);
  if (process.getuid?.() === 0) args.push('--no-sandbox'); // Chromium's sandbox refuses root
  console.log(`Opening the desktop VS Code (${origin}) on ${workspace}.`);
  console.log('This command ends when its window is closed, or with Ctrl-C.');
  const { code } = await run(program, args, { env: editorEnvironment(env), capture: true });
  if (code !== 0)
    throw new Error(`${program} ended with exit code ${code}; \`npm start -- --browser\` does without it.`);
}

async function inBrowser(reason, { workspace, env, port, open }) {
  console.log(`Using VS Code's own server in the browser: ${reason}.`);
  // The token keeps other users of this machine, and other web pages, out of an editor that can run programs.
  const server = await startServer({ env, port, token: randomBytes(16).toString('hex'), extension: ROOT });
  const address = server.url({ workspace });
  const opened = open && hasDisplay() && (await openInBrowser(address));
  console.log(opened ? `\nOpened in your browser: ${address}` : `\nOpen this address in a browser:\n\n  ${address}`);
  console.log(`\nThe workspace is ${workspace}. Ctrl-C stops VS Code.`);
  await server.exited;
  if (!wasInterrupted()) throw new Error(`VS Code's server ended unexpectedly.\n${server.tail()}`);
}

/** Asks the system for its browser; false when it has none. */
async function openInBrowser(address) {
  const [command, args] = {
    darwin: ['open', [address]],
    win32: ['rundll32', ['url.dll,FileProtocolHandler', address]], // `start` would cut the address at its first &
  }[process.platform] ?? ['xdg-open', [address]];
  const child = start(command, args, { stdio: 'ignore' });
  const code = await new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', resolve);
    setTimeout(resolve, 3000, 0).unref(); // some openers stay as long as the browser does
  });
  return code === 0;
}

try {
  await main();
  await endAll();
} catch (error) {
  await endAll();
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
