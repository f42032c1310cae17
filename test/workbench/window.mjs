// A workbench without a screen: VS Code's server and a headless Chromium to look at it.
import { CHROMIUM_ARGS, ensureChromium } from './chromium.mjs';
import { onEnd } from './processes.mjs';
import { startServer } from './vscode-server.mjs';

/**
 * Starts both and gives an empty page; go to `server.url(…)` with it.
 * @param {import('./window.d.mts').WindowOptions} [options]
 * @returns {Promise<import('./window.d.mts').Window>}
 */
export async function openWindow({ viewport = { width: 1400, height: 900 }, ...serverOptions } = {}) {
  const executablePath = await ensureChromium();
  const { chromium } = await import('playwright-core');
  const server = await startServer(serverOptions);
  try {
    const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false }; // see processes.mjs
    const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS, ...signals });
    const takeBack = onEnd(() => browser.close());
    const page = await browser.newPage({ viewport });
    const close = async () => {
      takeBack();
      await browser.close().catch(() => {}); // it may have crashed
      await server.stop();
    };
    return { server, browser, page, close };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
