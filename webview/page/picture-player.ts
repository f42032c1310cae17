/** Goes through the checkpoints of a picture: a slider, and play and pause; never starts by itself. */
import { element } from '../element';

/** How long the points take from one checkpoint to the next, and how long they rest there (milliseconds). */
const MOVE = 650;
const REST = 350;

export interface PlayerEvents {
  /** @param at index of a checkpoint; with a fraction, on the way to the next one */
  show(at: number): void;
  /** Moving has ended here. */
  settle(at: number): void;
  name(at: number): string;
}

export class PicturePlayer {
  readonly root: HTMLElement;
  private readonly button = element('button', { type: 'button', class: 'play' });
  private readonly slider = element('input', {
    type: 'range',
    min: '0',
    step: '1',
    'aria-label': 'Epoch of the picture',
  });
  private readonly where = element('output', { class: 'value' });
  private frame: number | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private count = 0;
  private at = 0;

  constructor(private readonly events: PlayerEvents) {
    this.button.addEventListener('click', () => (this.playing ? this.stop() : this.play()));
    this.slider.addEventListener('input', () => {
      this.halt();
      this.go(Number(this.slider.value));
    });
    this.slider.addEventListener('change', () => this.events.settle(this.at));
    this.root = element('div', { class: 'player' }, this.button, this.slider, this.where);
    this.label();
  }

  get playing(): boolean {
    return this.frame !== undefined || this.timer !== undefined;
  }

  /** Index of the checkpoint that is showing. */
  get shown(): number {
    return Math.floor(this.at);
  }

  /** While it plays, it keeps going from where it is. */
  update(count: number, at: number): void {
    this.count = count;
    this.slider.max = String(Math.max(0, count - 1));
    this.root.hidden = count < 2;
    if (!this.playing) this.at = Math.max(0, Math.min(at, count - 1));
    this.tell();
  }

  destroy(): void {
    this.halt();
  }

  private play(): void {
    if (this.at >= this.count - 1) this.go(0);
    this.next(this.at === 0 ? REST : 0);
    this.label();
  }

  private next(after: number): void {
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.at >= this.count - 1) this.stop();
      else if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
        this.go(this.shown + 1);
        this.next(MOVE + REST);
      } else this.move(this.shown, performance.now());
    }, after);
  }

  private move(from: number, started: number): void {
    this.frame = requestAnimationFrame((now) => {
      const share = Math.min(1, Math.max(0, (now - started) / MOVE));
      // Gently in and out, so that an eye can follow a point.
      this.go(from + (share === 1 ? 1 : share * share * (3 - 2 * share)));
      if (share < 1) return this.move(from, started);
      this.frame = undefined;
      this.next(REST);
    });
  }

  private go(at: number): void {
    this.at = at;
    this.tell();
    this.events.show(at);
  }

  private stop(): void {
    this.halt();
    this.at = this.shown;
    this.label();
    this.events.settle(this.at);
  }

  private halt(): void {
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
    this.frame = undefined;
    this.timer = undefined;
    this.label();
  }

  private label(): void {
    const text = this.playing ? 'Pause' : 'Play';
    if (this.button.textContent !== text) this.button.textContent = text;
  }

  private tell(): void {
    const name = this.count > 0 ? this.events.name(this.shown) : '';
    this.slider.value = String(this.shown);
    this.slider.setAttribute('aria-valuetext', name);
    this.where.textContent = name;
  }
}
