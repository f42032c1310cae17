/** The key to the colours of a cosine matrix: from −1 to 1, neutral where perfect collapse is. */
import { formatLimit } from '../../src/metrics/number-format';
import { departure, rampColour } from '../charts/diverging';
import { element } from '../element';

/** In CSS, so that it follows the theme by itself. */
const RAMP = { low: 'var(--nc-ramp-low)', neutral: 'var(--nc-ramp-neutral)', high: 'var(--nc-ramp-high)' };
const STOPS = 40;

export class RampKey {
  readonly root = element('div', { class: 'ramp-key' });
  private shown: number | undefined;

  update(neutral: number): void {
    if (neutral === this.shown) return;
    this.shown = neutral;
    const bar = element('div', { class: 'ramp', 'aria-hidden': 'true' });
    const stops = Array.from({ length: STOPS + 1 }, (_, i) => {
      const share = i / STOPS;
      return `${rampColour(RAMP, departure(2 * share - 1, neutral))} ${(100 * share).toFixed(1)}%`;
    });
    bar.style.background = `linear-gradient(to right, ${stops.join(', ')})`;
    const ticks = [-1, neutral, 0.5, 1].filter((value, at, all) => all.indexOf(value) === at);
    this.root.replaceChildren(
      bar,
      element(
        'div',
        { class: 'ramp-ticks' },
        ...ticks.map((value) => {
          const text = value === neutral ? `${formatLimit(value)} at collapse` : formatLimit(value);
          const tick = element('span', {}, text.replace('-', '−'));
          tick.style.left = `${((value + 1) / 2) * 100}%`;
          if (value === -1) tick.classList.add('first');
          if (value === 1) tick.classList.add('last');
          return tick;
        }),
      ),
    );
  }
}
