/** What several numbers of a run together say. */
import type { Finding, Report } from '../protocol/report';
import { featuresGrow } from './growing-features';
import { noiseMemorised } from './memorised-noise';
import { classesMerged } from './merged-classes';
import { minorityCollapse } from './minority-collapse';
import { collapseStalled } from './stalled-collapse';
import { terminalPhaseReached } from './terminal-phase';
import { tooManyClasses } from './too-many-classes';

const ALL = [
  terminalPhaseReached,
  collapseStalled,
  classesMerged,
  minorityCollapse,
  tooManyClasses,
  noiseMemorised,
  featuresGrow,
];

/**
 * A pure function of the report's checkpoints, in their order, and of its facts; `report.findings` is not read. Each
 * finding holds only where the figures in its evidence say so; a run that says nothing has none.
 */
export function findings(report: Report): Finding[] {
  return ALL.flatMap((find) => find(report) ?? []);
}
