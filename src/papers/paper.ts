/** What the product knows of a paper: its record, its claim in plain words, and the metrics it brings. */

export type PaperSection = 'last-layer' | 'progressive';
export type PaperGroup = 'phenomena' | 'theory';

export interface Paper {
  /** Stable key: first author and year of the first version. */
  key: string;
  section: PaperSection;
  group: PaperGroup;
  authors: readonly string[];
  title: string;
  venue: string;
  year: number;
  /** arXiv number without the prefix. */
  arxiv?: string;
  doi?: string;
  namedByUser: boolean;
  /** Section of the catalogue of measures that treats this paper; 18 for what goes beyond its sections. */
  metricsSection: number;
  /** What it is about in a few words, for lists. */
  topic: string;
  /** What the paper shows, in two to four plain sentences. */
  claim: string;
  /** Ids of the metrics it brings or rests on, also those that are not computed yet. */
  metrics: readonly string[];
}

export interface Section {
  id: PaperSection;
  title: string;
  groups: readonly PaperGroup[];
}
