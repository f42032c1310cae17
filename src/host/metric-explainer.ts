/** Explain Metric…: a card with all there is to say of a metric, and its value in the open run. */
import * as vscode from 'vscode';
import { metricById } from '../metrics/registry';
import { standing } from '../metrics/standing';
import type { ExplainedMetric, FromPanel } from '../protocol/panel';
import { CardPanel } from './card-panel';
import type { CurrentRun } from './current-run';
import { metricItems } from './metric-items';

export class MetricExplainer implements vscode.Disposable {
  private readonly card: CardPanel;

  constructor(
    extensionUri: vscode.Uri,
    private readonly current: CurrentRun,
    handle: (message: FromPanel) => void,
  ) {
    this.card = new CardPanel(extensionUri, 'neuralCollapse.metric', handle);
  }

  /** The card of a metric; asks which one where none is named. */
  async open(argument: unknown): Promise<void> {
    const metric = (typeof argument === 'string' ? metricById(argument) : undefined) ?? (await this.choose());
    if (!metric) return;
    const column = this.current.active ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
    this.card.show(metric.name, () => ({ type: 'metric', explained: this.explained(metric.id) }), column);
  }

  dispose(): void {
    this.card.dispose();
  }

  private explained(id: string): ExplainedMetric {
    const { report } = this.current;
    const last = report?.checkpoints.at(-1);
    if (!report || !last) return { id };
    const { latest, reason } = standing(report, id);
    return {
      id,
      classes: report.run.classes,
      where: `${report.run.path}, ${last.epoch === undefined ? last.path : `epoch ${last.epoch}`}`,
      ...(latest === undefined ? {} : { value: latest }),
      ...(reason === undefined ? {} : { reason }),
    };
  }

  private async choose() {
    const items = metricItems(this.current.report?.checkpoints.length ? this.current.report : undefined);
    const picked = await vscode.window.showQuickPick(items, {
      title: vscode.l10n.t('Explain a metric'),
      matchOnDescription: true,
      matchOnDetail: true,
    });
    return picked?.metric;
  }
}
