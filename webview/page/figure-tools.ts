/** What each figure offers: its table, and a menu to take numbers and pictures away. */
import type { FigureTable } from '../charts/figure-table';
import type { Picture, PictureColours } from '../charts/picture-frame';
import { element, textButton } from '../element';
import type { Context } from './context';
import { copyPng, pictureColours, pngOf } from './picture';
import { copyTable, openTable } from './table-dialog';

/** A figure as its tools see it. */
export interface FigureSource {
  /** For file names: the run's and the figure's. */
  name: string;
  title: string;
  table(): FigureTable;
  picture(colours: PictureColours): Picture;
}

interface Item {
  text: string;
  /** Absent: a plain action. */
  checked?: boolean;
  run: () => void;
}

export class FigureTools {
  readonly root: HTMLElement;
  private readonly opener: HTMLButtonElement;
  private readonly menu = element('div', { class: 'menu', role: 'menu', hidden: '' });
  private readonly said = element('span', { class: 'said', role: 'status' });

  /** @param source undefined while the figure has nothing to show */
  constructor(
    label: string,
    private readonly source: () => FigureSource | undefined,
    private readonly context: Context,
  ) {
    const table = textButton('tool', 'Table', () => {
      const shown = this.source();
      if (shown) openTable(shown.table(), this.context);
    });
    table.setAttribute('aria-label', `Table of ${label}`);
    table.setAttribute('aria-haspopup', 'dialog');
    this.opener = textButton('tool', '⋯', () => this.toggle());
    this.opener.setAttribute('aria-label', `Copy or save ${label}`);
    this.opener.setAttribute('aria-haspopup', 'menu');
    this.opener.setAttribute('aria-expanded', 'false');
    this.menu.setAttribute('aria-label', `Copy or save ${label}`);
    this.opener.addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowDown') return;
      event.preventDefault();
      this.open();
    });
    this.menu.addEventListener('keydown', (event) => this.onKey(event));
    this.menu.addEventListener('focusout', (event) => {
      const to = event.relatedTarget as Node | null;
      if (!this.menu.contains(to) && to !== this.opener) this.close(false);
    });
    this.root = element('div', { class: 'figure-tools' }, this.said, table, this.opener, this.menu);
  }

  private items(source: FigureSource): Item[] {
    const print = this.context.run().choices.print === true;
    const picture = (): Picture => source.picture(pictureColours(this.context.palette(), print));
    return [
      { text: 'Copy table as TSV', run: () => copyTable(source.table(), this.context) },
      { text: 'Copy picture', run: () => this.tell(copyPng(pngOf(picture())), 'Picture copied') },
      {
        text: 'Save picture (PNG)…',
        run: () =>
          this.tell(
            pngOf(picture()).then((data) =>
              this.context.send({ type: 'savePicture', format: 'png', name: source.name, data }),
            ),
          ),
      },
      {
        text: 'Save vector picture (SVG)…',
        run: () => this.context.send({ type: 'savePicture', format: 'svg', name: source.name, data: picture().svg }),
      },
      { text: 'Pictures on white', checked: print, run: () => this.context.choose({ print: !print }) },
    ];
  }

  /** Says how it went, for a moment. */
  private tell(work: Promise<void>, done = ''): void {
    const say = (text: string): void => {
      this.said.textContent = text;
      setTimeout(() => (this.said.textContent = ''), 2500);
    };
    work.then(
      () => say(done),
      () => say('This window does not allow it; save the picture instead'),
    );
  }

  private toggle(): void {
    if (this.menu.hidden) this.open();
    else this.close(true);
  }

  private open(): void {
    const source = this.source();
    if (!source) return;
    this.menu.replaceChildren(
      ...this.items(source).map(({ text, checked, run }) => {
        const entry = textButton('menu-item', text, () => {
          this.close(true);
          run();
        });
        entry.setAttribute('role', checked === undefined ? 'menuitem' : 'menuitemcheckbox');
        if (checked !== undefined) entry.setAttribute('aria-checked', String(checked));
        entry.tabIndex = -1;
        return entry;
      }),
    );
    this.menu.hidden = false;
    this.opener.setAttribute('aria-expanded', 'true');
    (this.menu.firstElementChild as HTMLElement).focus();
  }

  private close(back: boolean): void {
    this.menu.hidden = true;
    this.opener.setAttribute('aria-expanded', 'false');
    if (back) this.opener.focus();
  }

  private onKey(event: KeyboardEvent): void {
    const entries = [...this.menu.children] as HTMLElement[];
    const at = entries.indexOf(document.activeElement as HTMLElement);
    const step = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
    if (step !== undefined) entries.at(step % entries.length)?.focus();
    else if (event.key === 'Escape') this.close(true);
    else if (event.key === 'Tab') this.close(false);
    if (step === undefined && event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
  }
}
