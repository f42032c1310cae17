/** Finding: the classifier no longer tells classes apart; where they are the rare ones, that is minority collapse. */
import type { Finding, Report } from '../protocol/report';
import { MERGED_COSINE } from '../metrics/merged-classes';
import { lastCheckpoint, placeOf } from './course';

/** Samples of a rare class, as a share of the largest class. Ours, as for the measures of the minority. */
export const RARE_SHARE = 0.5;
/** Classes named in the sentence; the others are counted. */
const MOST_NAMED = 6;

export function classesMerged(report: Report): Finding | undefined {
  const last = lastCheckpoint(report);
  const groups = last?.merged ?? [];
  if (!last || groups.length === 0) return undefined;
  const most = Math.max(...last.classCounts);
  const rare = groups.every(({ classes }) => classes.every((k) => (last.classCounts[k] ?? most) < RARE_SHARE * most));
  const named = groups.map(
    ({ classes, cosine }) => `${namesOf(classes, report.run.classNames)} have merged (cosine ${twoDigits(cosine)})`,
  );
  return {
    id: 'merged-classes',
    text: `Classes ${named.join(', classes ')} at ${placeOf(last)}${rare ? ': minority collapse' : ''}.`,
    paper: rare ? 'fang2021' : 'papyan2020',
    evidence: {
      at: placeOf(last),
      ...Object.fromEntries(
        groups.map(({ classes, cosine }) => [`least cosine of the classifier rows ${classes.join(', ')}`, cosine]),
      ),
      'least cosine to count as merged': MERGED_COSINE,
    },
  };
}

function namesOf(classes: readonly number[], names: readonly string[]): string {
  const shown = classes.slice(0, MOST_NAMED).map((k) => names[k] ?? String(k));
  const more = classes.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  return shown.length === 2 ? shown.join(' and ') : shown.join(', ');
}

/** Never rounded up: 0.996 is not 1. */
function twoDigits(cosine: number): string {
  return (Math.floor(Math.min(1, cosine) * 100) / 100).toFixed(2);
}
