/** Drives a real workbench as a person does: palette, explorer, context menus, pickers, webviews. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Frame, Locator, Page } from 'playwright-core';
import type * as WindowModule from '../workbench/window.mjs';

/** Themes every VS Code brings, and the class each one puts on the workbench. */
const THEME_CLASSES = {
  'Default Dark Modern': 'vs-dark',
  'Default Light Modern': 'vs',
  'Default High Contrast': 'hc-black',
  'Default High Contrast Light': 'hc-light',
} as const;

export type Theme = keyof typeof THEME_CLASSES;

export interface OpenOptions extends WindowModule.WindowOptions {
  /** Absolute path of the folder to open; give a throw-away copy when tests or the extension write. */
  workspace: string;
  /** Absolute path of the extension to install; this checkout by default. */
  extension?: string;
  theme?: Theme;
}

const QUICK_INPUT = '.quick-input-widget';
const ROW = '.monaco-list-row';
/** A cold extension host on a busy machine. */
const PATIENCE = 45_000;

export class Workbench {
  private constructor(private readonly window: WindowModule.Window) {}

  /** Starts VS Code's server and Chromium and waits until the explorer shows the workspace. */
  static async open({ workspace, extension = root(), theme = 'Default Dark Modern', ...rest }: OpenOptions) {
    const program = pathToFileURL(path.join(root(), 'test/workbench/window.mjs')).href;
    const { openWindow } = (await import(program)) as typeof WindowModule;
    const settings = { ...rest.settings, 'workbench.colorTheme': theme };
    const workbench = new Workbench(await openWindow({ ...rest, settings, extension }));
    try {
      await workbench.page.goto(workbench.window.server.url({ workspace }));
      await workbench.page.locator('.explorer-folders-view').waitFor({ timeout: PATIENCE });
      await workbench.waitForTheme(theme);
      return workbench;
    } catch (error) {
      await workbench.close();
      throw error;
    }
  }

  /** Playwright's page, for whatever has no method here. */
  get page(): Page {
    return this.window.page;
  }

  close(): Promise<void> {
    return this.window.close();
  }

  /** Runs a command by its title as the palette shows it, with or without its category ("View: Toggle Terminal"). */
  async command(title: string): Promise<void> {
    // The list is made when the palette opens: commands of an extension that is still being loaded need another look.
    const end = Date.now() + PATIENCE;
    let offered: string[] = [];
    while (Date.now() < end) {
      if (!(await this.fillPalette(`>${title}`))) continue;
      const row = await this.paletteRow(title);
      // A page that takes the focus closes the palette under the pointer: then once more.
      if (row !== undefined && (await clicked(row))) {
        await this.paletteIsGone(`>${title}`);
        return;
      }
      if (!(await this.quickInput().isVisible())) continue;
      offered = await this.quickPickLabels();
      await this.page.keyboard.press('Escape');
    }
    assert.fail(`The palette has no command "${title}"; it offers: ${offered.join(', ')}`);
  }

  /** False when the palette did not come up, for instance because a picker was just closing. */
  private async fillPalette(text: string): Promise<boolean> {
    await this.page.keyboard.press('F1');
    return this.quickInput()
      .fill(text, { timeout: 2000 })
      .then(
        () => true,
        () => false,
      );
  }

  /** The command's own picker may take the palette's place in the same box. */
  private async paletteIsGone(text: string): Promise<void> {
    const input = this.quickInput();
    const end = Date.now() + PATIENCE;
    while (await input.isVisible()) {
      if ((await input.inputValue({ timeout: 500 }).catch(() => text)) !== text) return;
      if (Date.now() > end) assert.fail(`The palette stays open after "${text}"`);
      await this.page.waitForTimeout(50);
    }
  }

  private quickInput(): Locator {
    return this.page.locator(`${QUICK_INPUT} input[type=text]`);
  }

  private async paletteRow(title: string): Promise<Locator | undefined> {
    const rows = this.page.locator(`${QUICK_INPUT} ${ROW}`);
    const end = Date.now() + 2000;
    while (Date.now() < end) {
      for (const row of await rows.all()) {
        const label = await rowLabel(row);
        if (label === title || label?.endsWith(`: ${title}`) === true) return row;
      }
      await this.page.waitForTimeout(100);
    }
    return undefined;
  }

  /**
   * Opens a command's picker, types into its filter and chooses the first entry whose label contains the text.
   * A picker closes for good when a page behind it takes the focus (a webview that has just been drawn does): then it
   * is opened again, as a person would.
   * @returns the words of the chosen row
   */
  async commandPick(title: string, labelContains: string, filter?: string): Promise<string> {
    for (let attempt = 0; attempt < 4; attempt++) {
      await this.command(title);
      await this.quickInput().waitFor({ timeout: 5000 }).catch(notNow);
      if (filter !== undefined) await this.quickInput().fill(filter, { timeout: 2000 }).catch(notNow);
      const row = this.pickerRow(labelContains);
      const words = await row.innerText({ timeout: 5000 }).catch(() => undefined);
      if (words !== undefined && (await clicked(row))) return words;
      if (await this.quickInput().isVisible()) {
        const offered = await this.quickPickLabels();
        await this.page.keyboard.press('Escape');
        if (attempt === 3) assert.fail(`"${title}" offers no "${labelContains}" but: ${offered.join(', ')}`);
      }
    }
    return assert.fail(`The picker of "${title}" closed before "${labelContains}" could be chosen`);
  }

  private pickerRow(labelContains: string): Locator {
    const label = this.page.locator('.label-name', { hasText: labelContains });
    return this.page.locator(`${QUICK_INPUT} ${ROW}`).filter({ has: label }).first();
  }

  /** Chooses the first entry of the open picker whose label contains the text. */
  async quickPick(labelContains: string): Promise<void> {
    await this.pickerRow(labelContains).click();
  }

  /** The labels of the open picker that are in view; waits until there is one. */
  async quickPickLabels(): Promise<string[]> {
    const labels = this.page.locator(`${QUICK_INPUT} ${ROW} .quick-input-list-row .label-name:visible`);
    await labels.first().waitFor();
    return labels.allInnerTexts();
  }

  /** A file or folder in the explorer, by its path from the workspace folder; opens the folders on the way. */
  async explorerFile(file: string): Promise<Locator> {
    const view = this.page.locator('.explorer-folders-view');
    if (!(await view.isVisible())) {
      await this.command('View: Show Explorer');
      await view.waitFor({ timeout: PATIENCE });
    }
    const names = file.split('/');
    for (const [depth, name] of names.entries()) {
      const row = this.explorerRow(name, depth + 1);
      await row.waitFor({ timeout: PATIENCE });
      if (depth === names.length - 1) return row;
      if ((await row.getAttribute('aria-expanded')) === 'false') await row.click();
    }
    throw new Error('no file was named');
  }

  private explorerRow(name: string, level: number): Locator {
    const label = this.page.locator('.label-name', { hasText: new RegExp(`^${escape(name)}$`) });
    return this.page.locator(`.explorer-folders-view ${ROW}[aria-level="${level}"]`).filter({ has: label });
  }

  /** Right-clicks a file or folder in the explorer and chooses an entry by its exact label. */
  async contextMenu(file: string, item: string): Promise<void> {
    const entries = await this.openContextMenu(file);
    const entry = entries.filter({ hasText: new RegExp(`^${escape(item)}$`) });
    if ((await entry.count()) === 0) {
      assert.fail(`The menu of ${file} has no "${item}"; it offers: ${(await entries.allInnerTexts()).join(', ')}`);
    }
    // A menu takes no click in its first moments; it is gone when it has taken one.
    for (let attempt = 0; attempt < 10 && (await entry.first().isVisible()); attempt++) {
      await entry.first().click({ timeout: 2000 }).catch(notNow);
      await entry.first().waitFor({ state: 'hidden', timeout: 1000 }).catch(notNow);
    }
    assert.equal(await entry.first().isVisible(), false, `The menu of ${file} does not take "${item}"`);
  }

  /** What the context menu of a file or folder offers. */
  async contextMenuItems(file: string): Promise<string[]> {
    const labels = await (await this.openContextMenu(file)).allInnerTexts();
    await this.page.keyboard.press('Escape');
    await this.menuEntries().first().waitFor({ state: 'hidden' });
    return labels;
  }

  private menuEntries(): Locator {
    return this.page.locator('.monaco-menu .action-label:not(.separator)');
  }

  private async openContextMenu(file: string): Promise<Locator> {
    const row = await this.explorerFile(file);
    await row.click({ button: 'right' });
    const entries = this.menuEntries();
    await entries.first().waitFor();
    return entries;
  }

  /** The texts of the notifications on screen. */
  notifications(): Promise<string[]> {
    return this.notificationMessages().allInnerTexts();
  }

  /** Waits for a notification with this text and returns all of its words. */
  async notification(text: string | RegExp, timeout = PATIENCE): Promise<string> {
    const message = this.notificationMessages().filter({ hasText: text }).first();
    await message.waitFor({ timeout });
    return message.innerText();
  }

  /** Presses a button of the notification that has this text. */
  async notificationButton(text: string | RegExp, button: string): Promise<void> {
    const toast = this.page.locator('.notification-toast').filter({ hasText: text }).first();
    await toast.getByRole('button', { name: button, exact: true }).click();
  }

  private notificationMessages(): Locator {
    return this.page.locator('.notification-toast .notification-list-item-message');
  }

  /**
   * The document an extension put into a webview.
   * @param match words in its title or on its page, or a test of your own
   */
  async webviewFrame(match: string | ((frame: Frame) => Promise<boolean>), timeout = PATIENCE): Promise<Frame> {
    const matches =
      typeof match === 'function'
        ? match
        : async (frame: Frame) =>
            frame.evaluate((text) => `${document.title}\n${document.body.innerText}`.includes(text), match);
    const end = Date.now() + timeout;
    while (Date.now() < end) {
      for (const frame of this.page.frames()) {
        // A webview is a frame of the workbench's own with the extension's document inside.
        if (!/^(active|pending)-frame$/.test(frame.name())) continue;
        if (await matches(frame).catch(() => false)) return frame;
      }
      await this.page.waitForTimeout(100);
    }
    assert.fail(`No webview matched ${match} within ${timeout / 1000} s; tabs: ${(await this.tabs()).join(', ')}`);
  }

  /** The titles of the open editors. */
  async tabs(): Promise<string[]> {
    const labels = await this.page
      .locator('.tabs-container .tab')
      .evaluateAll((tabs) => tabs.map((tab) => tab.getAttribute('aria-label') ?? ''));
    return labels.map((label) => label.replace(/, Editor Group \d+$/, ''));
  }

  /** Waits until an editor with this title is open. */
  async tab(title: string, timeout = PATIENCE): Promise<void> {
    const end = Date.now() + timeout;
    while (!(await this.tabs()).includes(title)) {
      if (Date.now() > end) assert.fail(`No editor "${title}" opened; there are: ${(await this.tabs()).join(', ')}`);
      await this.page.waitForTimeout(100);
    }
  }

  /** Switches the colour theme and waits until the workbench wears it. */
  async setTheme(theme: Theme): Promise<void> {
    // The workbench watches the settings file only some time after it has read it; a change before that goes unseen.
    for (let attempt = 0; attempt < 10; attempt++) {
      await this.window.server.changeSettings({ 'workbench.colorTheme': theme });
      const worn = await this.waitForTheme(theme, 4000).then(
        () => true,
        () => false,
      );
      if (worn) return;
    }
    assert.fail(`The workbench does not take the theme ${theme}; its classes: ${(await this.classes()).join(' ')}`);
  }

  private async waitForTheme(theme: Theme, timeout = PATIENCE): Promise<void> {
    await this.page.locator(`.monaco-workbench.${THEME_CLASSES[theme]}`).waitFor({ timeout });
  }

  /** Classes of the workbench: the theme's among them. */
  async classes(): Promise<string[]> {
    return ((await this.page.locator('.monaco-workbench').getAttribute('class')) ?? '').split(/\s+/);
  }

  /** Saves a PNG of the window. */
  async screenshot(file: string): Promise<void> {
    await this.page.screenshot({ path: file });
  }
}

/** The repository root, from the bundle's place in out/test/e2e. */
function root(): string {
  return __dirname.slice(0, __dirname.lastIndexOf(`${path.sep}out${path.sep}`));
}

async function rowLabel(row: Locator): Promise<string | undefined> {
  const text = await row
    .locator('.label-name')
    .first()
    .innerText({ timeout: 500 })
    .catch(() => undefined); // the list is redrawn while it is read
  return text?.trim();
}

/** False when the row went away before it could be clicked. */
function clicked(row: Locator): Promise<boolean> {
  return row.click({ timeout: 3000 }).then(
    () => true,
    () => false,
  );
}

/** For a step that is tried again. */
function notNow(): void {}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
