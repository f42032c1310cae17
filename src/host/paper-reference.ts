/** Papers: the sidebar's entry, the card with claim and metrics, links and BibTeX. */
import * as vscode from 'vscode';
import { bibtex, links, paperByKey, papers } from '../papers/catalogue';
import type { FromPanel, ToPanel } from '../protocol/panel';
import { CardPanel } from './card-panel';
import type { CurrentRun } from './current-run';
import { PaperTree, type PaperNode } from './paper-tree';

export const PAPERS_VIEW = 'neuralCollapse.papers';

export class PaperReference implements vscode.Disposable {
  private readonly tree = new PaperTree();
  private readonly view: vscode.TreeView<PaperNode>;
  private readonly card: CardPanel;

  constructor(
    extensionUri: vscode.Uri,
    private readonly current: CurrentRun,
  ) {
    this.card = new CardPanel(extensionUri, 'neuralCollapse.paper', (message) => void this.handle(message));
    this.view = vscode.window.createTreeView(PAPERS_VIEW, { treeDataProvider: this.tree });
  }

  /** The card of a paper; asks which one where none is named. */
  async open(argument: unknown): Promise<void> {
    const key = typeof argument === 'string' ? argument : keyOf(argument);
    const paper = paperByKey(key ?? '') ?? (await choosePaper());
    if (!paper) return;
    const column = this.current.active ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
    this.card.show(cardTitle(paper.authors, paper.year), () => this.page(paper.key), column);
    const node = this.tree.node(paper.key);
    // The sidebar follows where it is open; opening it is the person's choice.
    if (node && this.view.visible) await this.view.reveal(node, { select: true, focus: false });
  }

  /** From a hover: the sidebar opens at the paper, and its card with it. */
  async reveal(key: string): Promise<void> {
    const node = this.tree.node(key);
    if (!node) return;
    await this.view.reveal(node, { select: true, focus: false, expand: true });
    await this.open(key);
  }

  /** What any webview may ask about papers and metrics. */
  async handle(message: FromPanel): Promise<void> {
    switch (message.type) {
      case 'openLink': {
        const paper = paperByKey(message.paper);
        const link = paper && links(paper).find((entry) => entry.link === message.link);
        if (link) await vscode.env.openExternal(vscode.Uri.parse(link.url, true));
        break;
      }
      case 'copyBibtex': {
        const paper = paperByKey(message.paper);
        if (!paper) break;
        await vscode.env.clipboard.writeText(bibtex(paper));
        void vscode.window.setStatusBarMessage(vscode.l10n.t('BibTeX of {0} copied', paper.key), 3000);
        break;
      }
      case 'openPaper':
        await this.reveal(message.paper);
        break;
      case 'showMetric':
        this.current.active?.showMetric(message.metric);
        break;
      case 'openExperiment':
        await vscode.commands.executeCommand('neuralCollapse.reproducePaper', message.paper);
        break;
      case 'explainMetric':
        await vscode.commands.executeCommand('neuralCollapse.explainMetric', message.metric);
        break;
    }
  }

  dispose(): void {
    this.card.dispose();
    this.view.dispose();
  }

  private page(key: string): ToPanel {
    const run = this.current.report?.run.path;
    return { type: 'paper', key, values: this.current.values, ...(run === undefined ? {} : { runName: run }) };
  }
}

function keyOf(argument: unknown): string | undefined {
  const node = argument as PaperNode | undefined;
  return node?.kind === 'paper' ? node.paper.key : undefined;
}

function cardTitle(authors: readonly string[], year: number): string {
  return `${authors[0]?.split(' ').at(-1) ?? ''} ${year}`;
}

async function choosePaper() {
  const items = papers.map((paper) => ({
    label: paper.title,
    description: `${paper.authors[0] ?? ''} ${paper.year}`,
    paper,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Paper reference'),
    matchOnDescription: true,
  });
  return picked?.paper;
}
