// Finds a Chromium that really starts, or gets one.
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ROOT } from './paths.mjs';
import { run } from './processes.mjs';

/** For a page that only ever talks to its own server, also inside a container without a GPU. */
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const DOWNLOAD_TIMEOUT = 300_000;
const DOWNLOAD_SILENCE = 20_000;

/**
 * The path of a Chromium: CHROMIUM_PATH, an installed one, Playwright's download, or Debian's package, in this order.
 * Rejects with one sentence that says what is missing when none can be had.
 */
export async function ensureChromium() {
  const wanted = process.env.CHROMIUM_PATH;
  if (wanted !== undefined && wanted !== '') {
    if (await starts(wanted)) return wanted;
    throw new Error(`CHROMIUM_PATH names ${wanted}, which does not start: correct it, or unset it to have one found.`);
  }
  const found = await findInstalled();
  if (found !== undefined) return found;

  const tried = ['no installed Chromium, Chrome or Edge was found'];
  const downloaded = await downloadWithPlaywright(tried);
  if (downloaded !== undefined) return downloaded;
  const packaged = await installWithApt(tried);
  if (packaged !== undefined) return packaged;
  throw new Error(
    `A Chromium is missing: ${tried.join('; ')}. ` +
      'Install Chromium, Google Chrome or Microsoft Edge, or set CHROMIUM_PATH to the program, and run the command again.',
  );
}

async function findInstalled() {
  for (const candidate of [...candidates(), await playwrightPath()]) {
    if (candidate !== undefined && existsSync(candidate) && (await starts(candidate))) return candidate;
  }
  return undefined;
}

function candidates() {
  if (process.platform === 'darwin') {
    const apps = ['Chromium', 'Google Chrome', 'Microsoft Edge', 'Google Chrome Canary'];
    const folders = ['/Applications', path.join(os.homedir(), 'Applications')];
    return apps.flatMap((app) => folders.map((folder) => path.join(folder, `${app}.app/Contents/MacOS/${app}`)));
  }
  if (process.platform === 'win32') {
    const folders = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].map((name) => process.env[name]);
    const programs = ['Google/Chrome/Application/chrome.exe', 'Microsoft/Edge/Application/msedge.exe'];
    programs.push('Chromium/Application/chrome.exe');
    return folders.filter(Boolean).flatMap((folder) => programs.map((program) => path.join(folder, program)));
  }
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => path.join(folder, name)));
}

/** Ubuntu's chromium-browser may be a script that only says to install a snap, and a download may lack libraries. */
async function starts(program) {
  if (process.platform === 'win32') return existsSync(program); // `--version` opens a window there
  const args = ['--no-sandbox', '--version'];
  const result = await run(program, args, { capture: true, timeout: 20_000 }).catch(() => undefined);
  return result?.code === 0 && /\d+\.\d+/.test(result.output);
}

async function playwrightPath() {
  const { chromium } = await import('playwright-core');
  try {
    return chromium.executablePath();
  } catch {
    return undefined; // no build for this platform
  }
}

async function downloadWithPlaywright(tried) {
  console.log("No Chromium is installed; trying Playwright's download …");
  const cli = path.join(ROOT, 'node_modules', 'playwright-core', 'cli.js');
  const env = { ...process.env, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '5000' };
  const args = [cli, 'install', '--no-shell', 'chromium'];
  const result = await run(process.execPath, args, {
    cwd: ROOT,
    env,
    capture: true,
    timeout: DOWNLOAD_TIMEOUT,
    silence: DOWNLOAD_SILENCE,
  });
  if (result.code !== 0) {
    tried.push("Playwright's download could not be reached");
    return undefined;
  }
  const program = await playwrightPath();
  if (program !== undefined && existsSync(program) && (await starts(program))) return program;
  tried.push("Playwright's Chromium was downloaded but does not start (libraries of the system are missing)");
  return undefined;
}

async function installWithApt(tried) {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) return undefined;
  if (process.getuid?.() !== 0) {
    tried.push('`apt-get install chromium` needs root');
    return undefined;
  }
  console.log("Installing Debian's package chromium …");
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const log = { env, capture: true, timeout: DOWNLOAD_TIMEOUT };
  await run('apt-get', ['update', '-qq'], log);
  const install = await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], log);
  const program = await findInstalled();
  if (program === undefined) {
    const reason = install.output.split('\n').findLast((line) => line.startsWith('E:')) ?? `exit code ${install.code}`;
    tried.push(`\`apt-get install chromium\` gave no Chromium that starts (${reason})`);
  }
  return program;
}
