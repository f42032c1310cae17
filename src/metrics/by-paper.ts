/** Metrics under the paper they come from: how lists of many metrics are ordered wherever they are shown. */
import { papers, type Paper } from '../papers/catalogue';
import type { Metric } from './metric';

export interface MetricsOfPaper {
  paper: Paper;
  metrics: Metric[];
}

/** Each metric once, under its source; papers in the catalogue's order, those without a metric left out. */
export function byPaper(list: readonly Metric[]): MetricsOfPaper[] {
  return papers.flatMap((paper) => {
    const own = list.filter((metric) => metric.papers[0] === paper.key);
    return own.length > 0 ? [{ paper, metrics: own }] : [];
  });
}
