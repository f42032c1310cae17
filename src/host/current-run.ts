/** The run that was looked at last: what the palette and the paper cards take their values from. */
import type { Report } from '../protocol/report';
import type { RunView } from './run-view';

export class CurrentRun {
  private view: RunView | undefined;

  set(view: RunView): void {
    this.view = view;
  }

  forget(view: RunView): void {
    if (this.view === view) this.view = undefined;
  }

  get active(): RunView | undefined {
    return this.view;
  }

  get report(): Report | undefined {
    return this.view?.report;
  }

  /** Metric values of the latest checkpoint, penultimate layer. */
  get values(): Record<string, number> {
    return this.report?.checkpoints.at(-1)?.metrics ?? {};
  }
}
