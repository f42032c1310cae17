/** The sidebar: every paper, grouped as in the catalogue. */
import * as vscode from 'vscode';
import {
  groupTitles,
  papers,
  papersIn,
  sections,
  shortCitation,
  type Paper,
  type PaperGroup,
  type PaperSection,
} from '../papers/catalogue';
import { isReproducible } from '../papers/reproducible';

export type PaperNode =
  | { kind: 'section'; section: PaperSection; title: string }
  | { kind: 'group'; section: PaperSection; group: PaperGroup }
  | { kind: 'paper'; paper: Paper };

export class PaperTree implements vscode.TreeDataProvider<PaperNode> {
  private readonly sectionNodes: PaperNode[] = sections.map(({ id, title }) => ({
    kind: 'section',
    section: id,
    title,
  }));
  private readonly groupNodes = new Map<string, PaperNode[]>();
  private readonly paperNodes = new Map<string, PaperNode>();

  constructor() {
    for (const section of sections) {
      this.groupNodes.set(
        section.id,
        section.groups.map((group) => ({ kind: 'group', section: section.id, group })),
      );
    }
    for (const paper of papers) this.paperNodes.set(paper.key, { kind: 'paper', paper });
  }

  /** The tree's own node for a paper, for revealing it. */
  node(key: string): PaperNode | undefined {
    return this.paperNodes.get(key);
  }

  getChildren(node?: PaperNode): PaperNode[] {
    if (!node) return this.sectionNodes;
    if (node.kind === 'section') return this.groupNodes.get(node.section) ?? [];
    if (node.kind === 'paper') return [];
    return papersIn(node.section, node.group).flatMap((paper) => this.paperNodes.get(paper.key) ?? []);
  }

  getParent(node: PaperNode): PaperNode | undefined {
    if (node.kind === 'section') return undefined;
    const section = node.kind === 'paper' ? node.paper.section : node.section;
    if (node.kind === 'group')
      return this.sectionNodes.find((entry) => entry.kind === 'section' && entry.section === section);
    return this.groupNodes.get(section)?.find((entry) => entry.kind === 'group' && entry.group === node.paper.group);
  }

  getTreeItem(node: PaperNode): vscode.TreeItem {
    if (node.kind === 'section') return new vscode.TreeItem(node.title, vscode.TreeItemCollapsibleState.Expanded);
    if (node.kind === 'group') {
      return new vscode.TreeItem(groupTitles[node.group], vscode.TreeItemCollapsibleState.Expanded);
    }
    const { paper } = node;
    const item = new vscode.TreeItem(shortCitation(paper), vscode.TreeItemCollapsibleState.None);
    item.id = paper.key;
    item.description = paper.title;
    item.iconPath = new vscode.ThemeIcon('book');
    item.contextValue = isReproducible(paper.key) ? 'paper-reproducible' : 'paper';
    item.tooltip = new vscode.MarkdownString(undefined).appendText(
      `${paper.authors.join(', ')} (${paper.year}). ${paper.title}. ${paper.venue}.`,
    );
    item.command = {
      command: 'neuralCollapse.openPaper',
      title: vscode.l10n.t('Open Paper Reference'),
      arguments: [paper.key],
    };
    return item;
  }
}
