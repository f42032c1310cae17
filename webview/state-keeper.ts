/** Saves the page's state for the editor: small reports at once, large ones when the page has nothing else to do. */
import type { PanelState } from './state';

/** Numbers of a report that can be handed over within a few milliseconds. */
const SMALL = 20_000;

export class StateKeeper {
  private waiting: PanelState | undefined;

  constructor(private readonly save: (state: PanelState) => void) {
    // A hidden page may be discarded without another word.
    document.addEventListener('visibilitychange', () => this.flush());
    window.addEventListener('pagehide', () => this.flush());
  }

  keep(state: PanelState): void {
    if (sizeOf(state) <= SMALL) {
      this.waiting = undefined;
      this.save(state);
      return;
    }
    const idle = this.waiting === undefined;
    this.waiting = state;
    if (idle) requestIdleCallback(() => this.flush(), { timeout: 2000 });
  }

  private flush(): void {
    const state = this.waiting;
    this.waiting = undefined;
    if (state) this.save(state);
  }
}

/** About how many numbers the state holds. */
function sizeOf(state: PanelState): number {
  if (state.kind !== 'run') return 0;
  const { checkpoints } = state.report;
  const last = checkpoints.at(-1);
  if (!last) return 0;
  const layers = last.layers.reduce((sum, { metrics }) => sum + Object.keys(metrics).length, 0);
  return checkpoints.length * (layers + Object.keys(last.metrics).length);
}
