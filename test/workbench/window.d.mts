import type { Browser, Page } from 'playwright-core';
import type { Server, ServerOptions } from './vscode-server.mjs';

export interface WindowOptions extends ServerOptions {
  viewport?: { width: number; height: number };
}

export interface Window {
  readonly server: Server;
  readonly browser: Browser;
  readonly page: Page;
  close(): Promise<void>;
}

export function openWindow(options?: WindowOptions): Promise<Window>;
