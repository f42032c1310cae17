/** Reproduce Paper…: a panel in which a paper's claim is tried on this machine. */
import * as vscode from 'vscode';
import { CancelledError } from '../driver/engine-client';
import type { EnginePool } from '../driver/engine-pool';
import { paperByKey, shortCitation } from '../papers/catalogue';
import { reproducible } from '../papers/reproducible';
import { asFault } from '../protocol/faults';
import { parseFromPanel, type FromPanel, type ToPanel } from '../protocol/panel';
import type { ExperimentFacts, Settings } from '../protocol/theory';
import type { Log } from './log';
import type { PaperNode } from './paper-tree';
import { panelIcon, webviewHtml, webviewOptions } from './webview-html';

export const EXPERIMENT_VIEW_TYPE = 'neuralCollapse.experiment';

export class Experiments implements vscode.Disposable {
  private readonly open = new Map<string, ExperimentView>();
  private facts: ExperimentFacts[] | undefined;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly engines: EnginePool,
    private readonly log: Log,
    /** What the page asks for beside its own run. */
    private readonly otherwise: (message: FromPanel) => void,
  ) {}

  /** The panel of a paper's experiment, running; asks which one where none is named. */
  async reproduce(argument: unknown): Promise<void> {
    const paper = keyOf(argument) ?? (await choosePaper());
    if (paper === undefined) return;
    try {
      this.facts ??= await this.engines.use((engine) => engine.experiments());
      const facts = this.facts.find((one) => one.paper === paper);
      if (!facts) return;
      const shown = this.open.get(paper);
      if (shown) return shown.reveal();
      const view = new ExperimentView(facts, this.extensionUri, this.engines, this.log, this.otherwise);
      this.open.set(paper, view);
      view.onDidDispose(() => this.open.delete(paper));
    } catch (error) {
      void this.log.report(error);
    }
  }

  dispose(): void {
    for (const view of this.open.values()) view.dispose();
  }
}

class ExperimentView implements vscode.Disposable {
  private readonly panel: vscode.WebviewPanel;
  private stop: AbortController | undefined;
  /** What a page that starts, or starts again after it was hidden, is told. */
  private latest: ToPanel[];

  constructor(
    private readonly facts: ExperimentFacts,
    extensionUri: vscode.Uri,
    private readonly engines: EnginePool,
    private readonly log: Log,
    otherwise: (message: FromPanel) => void,
  ) {
    const paper = paperByKey(facts.paper);
    const title = vscode.l10n.t('Reproduce {0}', paper ? shortCitation(paper) : facts.paper);
    this.panel = vscode.window.createWebviewPanel(
      EXPERIMENT_VIEW_TYPE,
      title,
      vscode.ViewColumn.Active,
      webviewOptions(extensionUri),
    );
    this.latest = [{ type: 'experiment', facts }];
    this.panel.iconPath = panelIcon(extensionUri);
    this.panel.webview.onDidReceiveMessage((raw: unknown) => {
      const message = parseFromPanel(raw);
      if (message?.type === 'ready') for (const one of this.latest) this.send(one);
      else if (message?.type === 'reproduce') void this.run(settingsOf(message.settings));
      else if (message?.type === 'cancel') this.stop?.abort();
      else if (message) otherwise(message);
    });
    this.panel.onDidDispose(() => this.stop?.abort());
    this.panel.webview.html = webviewHtml(this.panel.webview, extensionUri, title);
    void this.run({});
  }

  get onDidDispose(): vscode.Event<void> {
    return this.panel.onDidDispose;
  }

  reveal(): void {
    this.panel.reveal();
  }

  dispose(): void {
    this.panel.dispose();
  }

  private async run(settings: Settings): Promise<void> {
    this.stop?.abort();
    const stop = new AbortController();
    this.stop = stop;
    const { paper } = this.facts;
    this.tell({ type: 'experimentStarted', settings });
    try {
      const result = await this.engines.use((engine) =>
        engine.reproduce(
          { paper, settings },
          ({ share, charts }) => {
            if (this.stop === stop) this.send({ type: 'experimentProgress', share, ...(charts ? { charts } : {}) });
          },
          stop.signal,
        ),
      );
      if (this.stop === stop) this.tell({ type: 'experimentDone', result });
    } catch (error) {
      if (this.stop !== stop) return;
      const message = error instanceof CancelledError ? vscode.l10n.t('Cancelled.') : asFault(error).message;
      if (!(error instanceof CancelledError)) this.log.engine('error', message);
      this.tell({ type: 'experimentDone', message });
    }
  }

  /** To the page, and kept for one that starts again. */
  private tell(message: ToPanel): void {
    this.latest = [{ type: 'experiment', facts: this.facts }, ...this.latest.slice(1).filter((one) => one.type === 'experimentStarted' && message.type === 'experimentDone'), message]; // prettier-ignore
    this.send(message);
  }

  private send(message: ToPanel): void {
    void this.panel.webview.postMessage(message);
  }
}

/** What a page says of settings: numbers by name, or nothing at all. */
function settingsOf(text: string): Settings {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(
      Object.entries(value).flatMap(([id, one]): [string, number][] => (typeof one === 'number' ? [[id, one]] : [])),
    );
  } catch {
    return {};
  }
}

function keyOf(argument: unknown): string | undefined {
  if (typeof argument === 'string') return argument;
  const node = argument as PaperNode | undefined;
  return node?.kind === 'paper' ? node.paper.key : undefined;
}

async function choosePaper(): Promise<string | undefined> {
  const items = reproducible.flatMap((key) => {
    const paper = paperByKey(key);
    return paper ? [{ label: paper.topic, description: shortCitation(paper), detail: paper.title, key }] : [];
  });
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Reproduce a paper on this machine'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.key;
}
