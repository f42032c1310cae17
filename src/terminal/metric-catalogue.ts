/** `neural-collapse metrics` and `explain`: the catalogue of measures on a terminal, and as plain data. */
import { byPaper } from '../metrics/by-paper';
import { familyTitles } from '../metrics/family-titles';
import { limitInWords, needsInWords, whereInWords, whereShort } from '../metrics/in-words';
import type { Metric } from '../metrics/metric';
import { nearestIds } from '../metrics/nearest-ids';
import { citation, links, paperByKey, shortCitation } from '../papers/catalogue';
import { Fault } from '../protocol/faults';
import { align, clip, LINE, wrap } from './columns';

/** Room for a name: what ids, places and most limits leave of a line. */
const LONGEST_NAME = 42;

/** Every metric under its paper: id, where it is measured, name, value at perfect collapse. */
export function renderMetrics(metrics: readonly Metric[]): string {
  const groups = byPaper(metrics);
  const row = (metric: Metric): string[] => [
    `  ${metric.id}`,
    whereShort(metric),
    clip(metric.name, LONGEST_NAME),
    limitInWords(metric),
  ];
  // One width for all papers, so that the columns line up from one to the next.
  const lines = align([['  id', 'measured', 'name', 'at collapse'], ...groups.flatMap((group) => group.metrics.map(row))], [0, 1, 2, 3]); // prettier-ignore
  const [head = '', ...rest] = lines.map((line) => clip(line, LINE));
  const text = [head];
  for (const { paper, metrics: own } of groups) {
    text.push('', clip(`${shortCitation(paper)} · ${paper.topic} (${paper.key})`, LINE), ...rest.splice(0, own.length));
  }
  text.push('', 'neural-collapse explain ID says all there is to say of one.');
  return `${text.join('\n')}\n`;
}

/** A metric in full: words, formula in LaTeX, limit, range, place, needs, papers with their addresses. */
export function renderMetric(metric: Metric): string {
  const facts: [string, string][] = [
    ['family', familyTitles[metric.family]],
    ['at collapse', limitInWords(metric)],
    ['range', metric.range],
    ['measured', whereInWords(metric)],
    ...needsInWords(metric).map((need, i): [string, string] => [i === 0 ? 'needs' : '', need]),
  ];
  const valuesAt = Math.max(...facts.map(([name]) => name.length)) + 2;
  const papers = metric.papers.flatMap((key) => paperByKey(key) ?? []);
  const lines = [
    `${metric.id}: ${metric.name}`,
    '',
    ...wrap(metric.plain),
    '',
    `  ${metric.formula}`,
    '',
    ...align(facts, [0, 1]).flatMap((line) => hang(line, valuesAt)),
    '',
    papers.length === 1 ? 'paper' : 'papers, the source first',
    ...papers.flatMap((paper) => [...wrap(citation(paper), '  ', '- '), ...links(paper).map(({ url }) => `  ${url}`)]),
  ];
  return `${lines.join('\n')}\n`;
}

/** A row of two columns, the second one folded under itself where it is too long for a line. */
function hang(line: string, at: number): string[] {
  return wrap(line.slice(at), ' '.repeat(at), line.slice(0, at));
}

/** What `--json` writes of a metric. */
export function describeMetric(metric: Metric): object {
  const { id, name, plain, formula, range, scale, family, where, percent = false, needs = [] } = metric;
  return {
    id,
    name,
    plain,
    formula,
    limit: limitInWords(metric),
    range,
    scale,
    percent,
    family,
    where,
    needs,
    papers: metric.papers.flatMap((key) => {
      const paper = paperByKey(key);
      return paper ? [{ key, citation: citation(paper), links: links(paper).map(({ url }) => url) }] : [];
    }),
  };
}

/** @throws Fault E_NO_METRIC naming the ids that are most like it */
export function findMetric(metrics: readonly Metric[], id: string): Metric {
  const found = metrics.find((metric) => metric.id === id);
  if (found) return found;
  const own = metrics.filter(({ papers }) => papers.some((key) => key === id));
  if (own.length > 0) {
    throw new Fault('E_NO_METRIC', `${id} is a paper; its metrics are ${own.map((metric) => metric.id).join(', ')}.`);
  }
  const [first = '', second = '', third = ''] = nearestIds(
    id,
    metrics.map((metric) => metric.id),
  );
  throw new Fault(
    'E_NO_METRIC',
    `There is no metric “${id}”; did you mean ${first}, ${second} or ${third}? neural-collapse metrics lists them all.`,
  );
}
