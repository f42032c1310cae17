/** The panel's page alone, in a Chromium of its own: what tests of it share. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import type { FromPanel, ToPanel } from '../../src/protocol/panel';
import type { Report } from '../../src/protocol/report';
import { root } from '../fixtures/paths';

export interface Opened {
  page: Page;
  problems: string[];
  setTheme: (name: string) => Promise<void>;
}

export interface Preview {
  open(options: { theme?: string; width?: number; height?: number; saved?: unknown }): Promise<Opened>;
  close(): Promise<void>;
}

/** What the page's charts hold. */
export interface Chart {
  id: string;
  datasets: { metric: string; label: string; points: { x: number; y: number }[]; pixels: { x: number; y: number }[] }[];
  cells?: { column: number; row: number; value: number; x: number; y: number }[];
}

interface Choices {
  checkpoint?: string;
  zoom?: { from: number; to: number };
}

export interface Globals {
  host: { sent: FromPanel[]; state: { choices: Choices } };
  neuralCollapse: { charts(): Chart[] };
}

/** @param dist of the page; by default as it was built for the extension */
export async function openPreview(dist = path.join(root, 'dist', 'webview')): Promise<Preview> {
  const program = pathToFileURL(path.join(root, 'webview/preview/open.mjs')).href;
  const preview = (await import(program)) as { openPreview: (dist: string) => Promise<Preview> };
  return preview.openPreview(dist);
}

/** What the command line measures of a run. */
export async function reportOf(target: string, ...options: string[]): Promise<Report> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [path.join(root, 'dist', 'cli.js'), 'inspect', target, '--json', '-', '--provider', 'cpu', ...options],
    { maxBuffer: 2 ** 27 },
  );
  return JSON.parse(stdout) as Report;
}

export const post = (page: Page, message: ToPanel): Promise<void> =>
  page.evaluate((value) => window.postMessage(value, '*'), message);
export const charts = (page: Page): Promise<Chart[]> =>
  page.evaluate(() => (window as unknown as Globals).neuralCollapse.charts());
export const sent = (page: Page): Promise<FromPanel[]> => page.evaluate(() => (window as unknown as Globals).host.sent);
export const choices = (page: Page): Promise<Choices> =>
  page.evaluate(() => (window as unknown as Globals).host.state.choices);
