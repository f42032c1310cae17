import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { PaperTree, type PaperNode } from '../../src/host/paper-tree';
import { papers } from '../../src/papers/catalogue';

function leaves(tree: PaperTree, node?: PaperNode): PaperNode[] {
  const children = tree.getChildren(node);
  return node && children.length === 0 ? [node] : children.flatMap((child) => leaves(tree, child));
}

describe('the paper reference', () => {
  const tree = new PaperTree();

  it('shows every paper once, under its section and group', () => {
    const shown = leaves(tree);
    assert.equal(shown.length, papers.length);
    assert.deepEqual(
      tree.getChildren().map((node) => tree.getTreeItem(node).label),
      ['Neural Collapse in Last-Layer', 'Progressive Neural Collapse across Layers'],
    );
  });

  it('knows the parents of every paper, so that it can be revealed', () => {
    for (const { key } of papers) {
      let node: PaperNode | undefined = tree.node(key);
      const way: string[] = [];
      for (; node; node = tree.getParent(node)) way.push(node.kind);
      assert.deepEqual(way, ['paper', 'group', 'section'], key);
    }
  });

  it('opens the card on a click', () => {
    const node = tree.node('zhu2021');
    assert.ok(node);
    const item = tree.getTreeItem(node);
    assert.deepEqual(item.command?.arguments, ['zhu2021']);
    assert.equal(item.label, 'Zhu et al. 2021');
    assert.match(String(item.description), /^A Geometric Analysis/);
    assert.ok(item.tooltip instanceof vscode.MarkdownString);
  });
});
