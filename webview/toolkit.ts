/** The only file that imports the UI toolkit: its components behind functions of ours, so that it can be replaced. */
import {
  type Button,
  type Dropdown,
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
} from '@vscode/webview-ui-toolkit';
import { element } from './element';

/** Defines the custom elements; call once, before any is made. */
export function registerToolkit(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeDropdown(), vsCodeOption(), vsCodeProgressRing());
}

export function button(text: string, appearance: 'primary' | 'secondary', onClick: () => void): HTMLElement {
  const node = document.createElement('vscode-button') as Button;
  node.setAttribute('appearance', appearance);
  node.textContent = text;
  node.addEventListener('click', onClick);
  return node;
}

export function progressRing(): HTMLElement {
  const node = document.createElement('vscode-progress-ring');
  node.setAttribute('aria-hidden', 'true');
  return node;
}

export interface Option {
  value: string;
  text: string;
}

/** A labelled dropdown. */
export class Choice {
  readonly root: HTMLElement;
  private readonly dropdown: Dropdown;
  private shown = '';

  constructor(id: string, label: string, onChoose: (value: string) => void) {
    this.dropdown = document.createElement('vscode-dropdown') as Dropdown;
    this.dropdown.id = id;
    this.dropdown.setAttribute('aria-label', label);
    this.dropdown.addEventListener('change', () => onChoose(this.dropdown.value));
    const text = element('span', { class: 'choice-label', 'aria-hidden': 'true' }, label);
    this.root = element('div', { class: 'choice' }, text, this.dropdown);
  }

  /** Options are made anew only when they differ, so that an open list stays as it is. */
  update(options: readonly Option[], selected: string): void {
    const wanted = JSON.stringify(options);
    if (wanted !== this.shown) {
      this.shown = wanted;
      this.dropdown.replaceChildren(
        ...options.map(({ value, text }) => {
          const option = document.createElement('vscode-option');
          option.setAttribute('value', value);
          option.textContent = text;
          return option;
        }),
      );
    }
    // A new option takes its value when the browser has upgraded it, one microtask from now.
    queueMicrotask(() => {
      if (this.dropdown.value !== selected) this.dropdown.value = selected;
    });
  }
}
