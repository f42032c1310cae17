// A desktop VS Code: an installed one, or the one @vscode/test-electron downloads.
import { existsSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { CACHE, ROOT } from './paths.mjs';
import { QUIET_SETTINGS } from './settings.mjs';

const CONNECT_TIMEOUT = 5000;
const STALLED_AFTER = 20_000;

/** Whether a window could be seen at all. */
export function hasDisplay() {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
}

/**
 * The program file of a desktop VS Code, or the reason why there is none.
 * @returns {Promise<{program: string, origin: string} | {reason: string}>}
 */
export async function findDesktop() {
  if (!hasDisplay()) return { reason: 'there is no display (DISPLAY and WAYLAND_DISPLAY are not set)' };
  const installed = installedPrograms().find((program) => existsSync(program) && isRecent(program));
  if (installed !== undefined) return { program: installed, origin: `installed at ${installed}` };
  return download();
}

/** Arguments that open `workspace` in a window of its own, away from the user's settings and extensions. */
export async function desktopArguments({ home, workspace }) {
  const user = path.join(home, 'user', 'User');
  await mkdir(user, { recursive: true });
  await writeFile(path.join(user, 'settings.json'), JSON.stringify(QUIET_SETTINGS, null, 2));
  return [
    workspace,
    `--user-data-dir=${path.join(home, 'user')}`,
    `--extensions-dir=${path.join(home, 'extensions')}`,
    '--disable-workspace-trust',
    '--disable-updates',
    '--skip-welcome',
    '--skip-release-notes',
    '--disable-telemetry',
    '--new-window',
  ];
}

function installedPrograms() {
  const home = os.homedir();
  if (process.platform === 'darwin') {
    return ['/Applications', path.join(home, 'Applications')].flatMap((folder) =>
      ['Electron', 'Code'].map((name) => path.join(folder, 'Visual Studio Code.app/Contents/MacOS', name)),
    );
  }
  if (process.platform === 'win32') {
    const folders = [path.join(process.env.LOCALAPPDATA ?? home, 'Programs'), process.env.PROGRAMFILES];
    return folders.filter(Boolean).map((folder) => path.join(folder, 'Microsoft VS Code', 'Code.exe'));
  }
  const programs = [];
  for (const folder of (process.env.PATH ?? '').split(path.delimiter).filter(Boolean)) {
    const script = path.join(folder, 'code');
    // …/bin/code is a script beside the program; the `code` of a remote session has no such neighbour.
    if (existsSync(script)) programs.push(path.resolve(path.dirname(realpathSync(script)), '..', 'code'));
  }
  return [...programs, '/snap/code/current/usr/share/code/code'];
}

/** False when VS Code is older than the extension asks for; unknown versions are given a try. */
function isRecent(program) {
  const folder = path.dirname(program);
  const app =
    process.platform === 'darwin' ? path.join(folder, '../Resources/app') : path.join(folder, 'resources/app');
  const wanted = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')).engines.vscode.replace('^', '');
  let version;
  try {
    version = JSON.parse(readFileSync(path.join(app, 'package.json'), 'utf8')).version;
  } catch {
    return true;
  }
  const recent = version.localeCompare(wanted, 'en', { numeric: true }) >= 0;
  if (!recent) console.log(`Passing over ${program}: VS Code ${version} is older than ${wanted}.`);
  return recent;
}

async function download() {
  const { downloadAndUnzipVSCode, ProgressReportStage } = await import('@vscode/test-electron');
  mkdirSync(CACHE, { recursive: true });
  console.log('No desktop VS Code is installed; trying to download one …');
  let giveUp;
  let announced = false;
  const stalled = new Promise((_, reject) => {
    giveUp = setTimeout(() => reject(new Error('the download does not move on')), STALLED_AFTER);
  });
  const reporter = {
    report(event) {
      giveUp.refresh();
      if (event.stage === ProgressReportStage.Downloading && !announced) {
        announced = true;
        console.log(`Downloading VS Code into ${CACHE} (once) …`);
      }
      // Unpacking reports nothing until it is done.
      if (event.stage === ProgressReportStage.Downloading && event.bytesSoFar === event.totalBytes) {
        clearTimeout(giveUp);
      }
    },
    error() {}, // what went wrong comes back as the rejection
  };
  try {
    const options = { version: 'stable', cachePath: CACHE, timeout: CONNECT_TIMEOUT, reporter };
    const program = await Promise.race([downloadAndUnzipVSCode(options), stalled]);
    return { program, origin: 'downloaded by @vscode/test-electron' };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { reason: `none is installed and none can be downloaded (${message.split('\n')[0]})` };
  } finally {
    clearTimeout(giveUp);
  }
}
