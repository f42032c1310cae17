/** The card that explains a metric: beside the pointer or the focused name, reachable by both, closed by Escape. */
import type { FromPanel } from '../../src/protocol/panel';
import { element } from '../element';
import { metricCard, type Subject } from './metric-card';
import { placeCard } from './placement';

/** Long enough to cross a chart without cards, short enough to feel at once. */
const SHOW_AFTER = 140;
/** Long enough to reach the card. */
const HIDE_AFTER = 280;

export class HoverCard {
  private readonly card = element('div', { class: 'hover-card', role: 'dialog', hidden: '' });
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** The focused name that the card belongs to. */
  private trigger: HTMLElement | undefined;
  /** What is shown, so that moving along one point does not build it again. */
  private shown = '';

  constructor(private readonly send: (message: FromPanel) => void) {
    document.body.append(this.card);
    this.card.addEventListener('pointerenter', () => this.cancel());
    this.card.addEventListener('pointerleave', () => this.leave());
    this.card.addEventListener('focusout', (event) => {
      const to = event.relatedTarget as Node | null;
      if (!this.card.contains(to) && to !== this.trigger) this.leave();
    });
    this.card.addEventListener('keydown', (event) => this.onCardKey(event));
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !this.card.hidden) this.close();
    });
    // A card left behind by scrolling would explain the wrong thing.
    document.addEventListener(
      'scroll',
      (event) => {
        if (!this.card.contains(event.target as Node)) this.hide();
      },
      { capture: true, passive: true },
    );
    window.addEventListener('blur', () => this.leave());
  }

  /** Shows the card when the pointer has rested for a moment. */
  point(subject: Subject, at: DOMRect): void {
    this.cancel();
    this.timer = setTimeout(() => this.show(subject, at, undefined), SHOW_AFTER);
  }

  /** Hides the card unless the pointer or the focus enters it in time. */
  leave(): void {
    this.cancel();
    this.timer = setTimeout(() => {
      const focused = this.card.contains(document.activeElement) || this.trigger === document.activeElement;
      if (!focused && !this.card.matches(':hover')) this.hide();
    }, HIDE_AFTER);
  }

  /** Makes a metric's name explain itself on hover and on focus; Tab goes from the name into the card. */
  attach(trigger: HTMLElement, subject: () => Subject): void {
    trigger.setAttribute('aria-haspopup', 'dialog');
    trigger.addEventListener('pointerenter', () => this.point(subject(), trigger.getBoundingClientRect()));
    trigger.addEventListener('pointerleave', () => this.leave());
    trigger.addEventListener('focus', () => {
      if (trigger.matches(':focus-visible')) this.show(subject(), trigger.getBoundingClientRect(), trigger);
    });
    trigger.addEventListener('blur', () => this.leave());
    trigger.addEventListener('keydown', (event) => {
      if (event.key !== 'Tab' || event.shiftKey || this.trigger !== trigger || this.card.hidden) return;
      event.preventDefault();
      this.stops().at(0)?.focus();
    });
  }

  hide(): void {
    this.cancel();
    this.card.hidden = true;
    this.trigger = undefined;
    this.shown = '';
  }

  private show(subject: Subject, at: DOMRect, trigger: HTMLElement | undefined): void {
    this.cancel();
    const inside = this.card.contains(document.activeElement);
    if (inside) return;
    this.trigger = trigger;
    const key = JSON.stringify([subject.metric.id, subject.readings, at.left, at.top]);
    if (key === this.shown && !this.card.hidden) return;
    this.shown = key;
    this.card.setAttribute('aria-label', subject.metric.name);
    this.card.dataset['metric'] = subject.metric.id;
    this.card.replaceChildren(...metricCard(subject, this.send));
    this.card.scrollTop = 0;
    this.card.hidden = false;
    const { clientWidth: width, clientHeight: height } = document.documentElement;
    const { left, top } = placeCard(at, this.card.getBoundingClientRect(), { width, height });
    this.card.style.left = `${Math.round(left)}px`;
    this.card.style.top = `${Math.round(top)}px`;
  }

  /** Closes for good: the focus goes back to the name without opening the card again. */
  private close(): void {
    const back = this.card.contains(document.activeElement) ? this.trigger : undefined;
    back?.focus();
    this.hide();
  }

  private onCardKey(event: KeyboardEvent): void {
    if (event.key !== 'Tab') return;
    const stops = this.stops();
    const at = stops.indexOf(document.activeElement as HTMLElement);
    const next = stops[at + (event.shiftKey ? -1 : 1)];
    event.preventDefault();
    if (next) next.focus();
    else if (this.trigger) this.close();
    else stops.at(0)?.focus();
  }

  private stops(): HTMLElement[] {
    return [...this.card.querySelectorAll<HTMLElement>('button')];
  }

  private cancel(): void {
    clearTimeout(this.timer);
  }
}
