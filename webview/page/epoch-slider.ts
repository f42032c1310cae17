/** A slider over the checkpoints of a run, one step each. */
import { element } from '../element';
import type { Option } from '../toolkit';
import { t } from '../words';

export class EpochSlider {
  readonly root: HTMLElement;
  private readonly input = element('input', {
    type: 'range',
    id: 'choose-epoch',
    min: '0',
    step: '1',
    'aria-label': t('Checkpoint, by slider'),
  });
  private options: readonly Option[] = [];
  private waiting = false;

  constructor(private readonly choose: (path: string) => void) {
    this.root = element('div', { class: 'choice slider' }, this.input);
    // A dragged slider tells of more steps than the page can show.
    this.input.addEventListener('input', () => {
      this.describe();
      if (this.waiting) return;
      this.waiting = true;
      requestAnimationFrame(() => {
        this.waiting = false;
        const option = this.options[this.input.valueAsNumber];
        if (option) this.choose(option.value);
      });
    });
  }

  update(options: readonly Option[], selected: string): void {
    this.options = options;
    this.root.hidden = options.length < 2;
    this.input.max = String(options.length - 1);
    const index = options.findIndex(({ value }) => value === selected);
    if (!this.waiting && index >= 0) this.input.valueAsNumber = index;
    this.describe();
  }

  private describe(): void {
    this.input.setAttribute('aria-valuetext', this.options[this.input.valueAsNumber]?.text ?? '');
  }
}
