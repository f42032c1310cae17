/** A labelled list to choose from, in groups: the browser's own, which knows groups, where the toolkit's does not. */
import { element } from '../element';
import type { Option } from '../toolkit';

export interface OptionGroup {
  label: string;
  options: readonly Option[];
}

export class GroupedChoice {
  readonly root: HTMLElement;
  private readonly select: HTMLSelectElement;
  private shown = '';

  constructor(id: string, label: string, onChoose: (value: string) => void) {
    this.select = element('select', { id });
    this.select.addEventListener('change', () => onChoose(this.select.value));
    const text = element('label', { class: 'choice-label', for: id }, label);
    this.root = element('div', { class: 'choice' }, text, element('div', { class: 'select' }, this.select));
  }

  /** Options are made anew only when they differ, so that an open list stays as it is. */
  update(groups: readonly OptionGroup[], selected: string): void {
    const wanted = JSON.stringify(groups);
    if (wanted !== this.shown) {
      this.shown = wanted;
      this.select.replaceChildren(
        ...groups.map(({ label, options }) =>
          element('optgroup', { label }, ...options.map(({ value, text }) => element('option', { value }, text))),
        ),
      );
    }
    if (this.select.value !== selected) this.select.value = selected;
  }
}
