/** The catalogue of papers: shared by hovers, sidebar, cards and exports. */
import { lastLayerPapers } from './last-layer';
import type { Paper, PaperGroup, PaperSection, Section } from './paper';
import { progressivePapers } from './progressive';

export type { Paper, PaperGroup, PaperSection, Section } from './paper';
export { bibtex, citation, links, shortCitation } from './citation';
export type { PaperLink } from './citation';

/** In the order of the sidebar. */
export const sections: readonly Section[] = [
  { id: 'last-layer', title: 'Neural Collapse in Last-Layer', groups: ['phenomena', 'theory'] },
  { id: 'progressive', title: 'Progressive Neural Collapse across Layers', groups: ['phenomena', 'theory'] },
];

export const groupTitles: Readonly<Record<PaperGroup, string>> = { phenomena: 'Phenomena', theory: 'Theory' };

/** Every paper, in the order of sections and groups. */
export const papers: readonly Paper[] = [...lastLayerPapers, ...progressivePapers];

const byKey = new Map(papers.map((paper) => [paper.key, paper]));

export function paperByKey(key: string): Paper | undefined {
  return byKey.get(key);
}

/** The papers of one group of one section, in order. */
export function papersIn(section: PaperSection, group: PaperGroup): Paper[] {
  return papers.filter((paper) => paper.section === section && paper.group === group);
}
