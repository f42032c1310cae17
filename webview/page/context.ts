/** What every part of the page may ask for and do. */
import type { FromPanel } from '../../src/protocol/panel';
import type { HoverCard } from '../cards/hover-card';
import type { Choices, RunState } from '../state';
import type { Palette } from '../theme';

export interface Context {
  send(message: FromPanel): void;
  choose(choices: Choices): void;
  /** The state that is showing. */
  run(): RunState;
  palette(): Palette;
  readonly card: HoverCard;
  /** Scrolls to a metric's chart (else its row) and marks it. */
  showMetric(metric: string): void;
}
