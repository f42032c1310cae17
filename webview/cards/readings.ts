/** What a card says of a metric's values, read from the report that is showing. */
import { zeroErrorSince } from '../../src/findings/course';
import type { Metric } from '../../src/metrics/metric';
import { checkpointName, type CurvePoint } from '../charts/figure';
import { formatValue } from '../../src/metrics/number-format';
import { chosenCheckpoint, previousCheckpoint, reasonOf, type RunState, valueOf } from '../state';
import type { Reading, Subject } from './metric-card';
import { t } from '../words';

/** A metric by its name: its value at the chosen checkpoint and at the one before. */
export function nameSubject(metric: Metric, { report, choices }: RunState): Subject {
  const chosen = chosenCheckpoint(report, choices);
  const before = chosen && previousCheckpoint(report, chosen);
  const readings: Reading[] = [];
  for (const checkpoint of [chosen, before]) {
    const value = checkpoint && valueOf(checkpoint, metric.id);
    if (value === undefined) continue;
    readings.push({ value: formatValue(value, metric.percent), where: checkpointName(checkpoint!) });
  }
  const reason = chosen && readings.length === 0 ? reasonOf(chosen, metric.id) : undefined;
  if (reason !== undefined) readings.push({ value: t('Not applicable'), where: reason });
  return { metric, classes: report.run.classes, readings };
}

/** A metric at one point of a curve. */
export function pointSubject(metric: Metric, point: CurvePoint, { report }: RunState): Subject {
  const since = report.checkpoints.length > 1 ? zeroErrorSince(report)?.path : undefined;
  const where = point.checkpoint === since ? t('{0}, zero training error from here', point.where) : point.where;
  const readings = [{ value: formatValue(point.y, metric.percent), where }];
  return { metric, classes: report.run.classes, readings };
}
