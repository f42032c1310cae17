/** Which sets are drawn beside the training data: a button for each that was measured. */
import { type SplitName, splitsOf, splitTitle } from '../charts/split-curves';
import { element, textButton } from '../element';
import type { RunState } from '../state';
import type { Context } from './context';
import { t } from '../words';

export class SplitChoice {
  readonly root = element('span', { class: 'split-choice', role: 'group', 'aria-label': t('Data'), hidden: '' });
  private readonly buttons = new Map<SplitName, HTMLButtonElement>();

  constructor(private readonly context: Context) {}

  /** @param compared with several runs only the training data is drawn */
  update({ report, choices }: RunState, compared: boolean): void {
    const there = compared ? [] : splitsOf(report);
    this.root.hidden = there.length === 0;
    if (there.join() !== [...this.buttons.keys()].join()) this.build(there);
    for (const [split, button] of this.buttons) {
      button.setAttribute('aria-pressed', String(choices.splits?.includes(split) ?? false));
    }
  }

  private build(splits: readonly SplitName[]): void {
    this.buttons.clear();
    for (const split of splits) {
      const button = textButton('link toggle', `+ ${splitTitle(split)}`, () => this.toggle(split));
      button.title = t('Draw the same measures of the {0}, about its own class means', splitTitle(split));
      this.buttons.set(split, button);
    }
    this.root.replaceChildren(...this.buttons.values());
  }

  private toggle(split: SplitName): void {
    const { report, choices } = this.context.run();
    const now = choices.splits ?? [];
    const next = now.includes(split) ? now.filter((one) => one !== split) : [...now, split];
    this.context.choose({ splits: splitsOf(report).filter((one) => next.includes(one)) });
  }
}
