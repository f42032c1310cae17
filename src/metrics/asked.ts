/** The metrics that a run was asked for, what they are computed from, and so what must be gathered for them. */
import { Fault } from '../protocol/faults';
import type { LayerReport, Measured } from '../protocol/report';
import type { AcrossLayersMetric, Metric, Need } from './metric';
import { nearestIds } from './nearest-ids';
import { belongsElsewhere, metrics } from './registry';

/** Needs that only a second pass over the features, with the final class means in hand, can fill. */
const SECOND_PASS: readonly Need[] = ['span', 'withinSpan', 'nearestCentre', 'within', 'unit', 'tags', 'noise'];

export class Asked {
  /** Every metric. */
  static readonly all = new Asked(metrics);

  private readonly ids: ReadonlySet<string>;
  private readonly computed: ReadonlySet<Metric>;
  private readonly atHidden: ReadonlySet<Need>;
  private readonly atPenultimate: ReadonlySet<Need>;

  private constructor(asked: readonly Metric[]) {
    this.ids = new Set(asked.map(({ id }) => id));
    const sources = new Set(asked.flatMap((metric) => (isAcrossLayers(metric) ? metric.from : [])));
    this.computed = new Set(metrics.filter((metric) => asked.includes(metric) || sources.has(metric.id)));
    this.atHidden = needsOf(this.computed, ({ where }) => where === 'everyLayer');
    this.atPenultimate = needsOf(this.computed, () => true);
  }

  /**
   * @param names ids of metrics, or keys of papers for all of theirs; undefined for every metric
   * @throws Fault E_NO_METRIC for a name that is neither
   */
  static of(names: readonly string[] | undefined): Asked {
    if (names === undefined) return Asked.all;
    requireKnown(names);
    return new Asked(metrics.filter((metric) => names.some((name) => named(metric, name))));
  }

  /** Whether every metric is asked for, and so whatever else a panel shows. */
  get everything(): boolean {
    return this === Asked.all;
  }

  /** The ids asked for; undefined where it is every metric. */
  get list(): string[] | undefined {
    return this === Asked.all ? undefined : [...this.ids];
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }

  /** Whether it is computed, be it for another metric that was asked for. */
  computes(metric: Metric): boolean {
    return this.computed.has(metric);
  }

  needs(need: Need, role: LayerReport['role']): boolean {
    return (role === 'hidden' ? this.atHidden : this.atPenultimate).has(need);
  }

  /** Whether a layer's features must be seen again once its class means are final. */
  needsSecondPass(role: LayerReport['role']): boolean {
    return SECOND_PASS.some((need) => this.needs(need, role));
  }

  /**
   * The metrics of a whole checkpoint or data set: without what was computed only for others, and with a reason for
   * each that was asked for by name and belongs to another kind of run.
   * @param there what is measured of such data at all
   */
  whole(measured: Required<Measured>, there: (metric: Metric) => boolean = () => true): Required<Measured> {
    const found = this.only(measured);
    if (this === Asked.all) return found;
    const notApplicable = { ...found.notApplicable };
    for (const metric of metrics) {
      const { id } = metric;
      if (this.ids.has(id) && there(metric) && found.metrics[id] === undefined)
        notApplicable[id] ??= belongsElsewhere(metric);
    }
    return { ...found, notApplicable };
  }

  /** Leaves out what was computed only for other metrics. */
  only<T extends Measured>(measured: T): T {
    if (this === Asked.all) return measured;
    const pick = <V>(values: Record<string, V>): Record<string, V> =>
      Object.fromEntries(Object.entries(values).filter(([id]) => this.ids.has(id)));
    const { notApplicable } = measured;
    return {
      ...measured,
      metrics: pick(measured.metrics),
      ...(notApplicable ? { notApplicable: pick(notApplicable) } : {}),
    };
  }
}

function isAcrossLayers(metric: Metric): metric is AcrossLayersMetric {
  return metric.where === 'acrossLayers';
}

function needsOf(list: Iterable<Metric>, which: (metric: Metric) => boolean): Set<Need> {
  return new Set([...list].filter(which).flatMap(({ needs = [] }) => needs));
}

function named({ id, papers }: Metric, name: string): boolean {
  return id === name || papers.some((key) => key === name);
}

function requireKnown(names: readonly string[]): void {
  for (const name of names) {
    if (metrics.some((metric) => named(metric, name))) continue;
    const [first = '', second = ''] = nearestIds(
      name,
      metrics.map(({ id }) => id),
    );
    const own = metrics.find(({ id, papers }) => [id, ...papers].some((known) => known.toLowerCase() === name.toLowerCase())); // prettier-ignore
    if (own) {
      const spelled = [own.id, ...own.papers].find((known) => known.toLowerCase() === name.toLowerCase());
      throw new Fault('E_NO_METRIC', `There is no metric “${name}”; it is spelled ${spelled}.`);
    }
    throw new Fault(
      'E_NO_METRIC',
      `There is no metric “${name}”, nor a paper of that key; did you mean ${first} or ${second}? neural-collapse metrics lists them all.`,
    );
  }
}
