/** A paper as a line of text, as a BibTeX entry, and as addresses to open. */
import type { Paper } from './paper';

export interface PaperLink {
  link: 'doi' | 'arxiv' | 'search';
  label: string;
  url: string;
}

/** Authors, title, venue and year in one line. */
export function citation(paper: Paper): string {
  const venue = isPreprint(paper) && paper.arxiv ? `${paper.venue} arXiv:${paper.arxiv}` : paper.venue;
  return `${listed(paper.authors)}. ${paper.title}. ${venue}, ${paper.year}.`;
}

/** "Papyan et al. 2020"; with the key's letter where two papers would read alike. */
export function shortCitation({ authors, year, key }: Paper): string {
  const [first = '', second] = authors.map(lastName);
  const who = authors.length > 2 ? `${first} et al.` : [first, ...(second ? [second] : [])].join(' and ');
  return `${who} ${year}${/\d([a-z])$/.exec(key)?.[1] ?? ''}`;
}

/** Where to read the paper, the publisher first; a scholar search where no address is known. Never empty. */
export function links(paper: Paper): PaperLink[] {
  const found: PaperLink[] = [];
  if (paper.doi) found.push({ link: 'doi', label: `doi:${paper.doi}`, url: `https://doi.org/${paper.doi}` });
  if (paper.arxiv) {
    found.push({ link: 'arxiv', label: `arXiv:${paper.arxiv}`, url: `https://arxiv.org/abs/${paper.arxiv}` });
  }
  if (found.length === 0) {
    const query = encodeURIComponent(`${paper.title} ${lastName(paper.authors[0] ?? '')}`);
    found.push({ link: 'search', label: 'Search', url: `https://scholar.google.com/scholar?q=${query}` });
  }
  return found;
}

/** BibTeX entry in plain ASCII; accents as LaTeX commands, the title braced to keep its capitals. */
export function bibtex(paper: Paper): string {
  const { type, fields } = published(paper);
  const all: [string, string | undefined][] = [
    ['author', paper.authors.map((author) => latex(lastNameFirst(author))).join(' and ')],
    ['title', `{${latex(paper.title)}}`],
    ...fields,
    ['year', String(paper.year)],
    ['eprint', paper.arxiv],
    ['archivePrefix', paper.arxiv ? 'arXiv' : undefined],
    ['doi', paper.doi],
  ];
  const lines = all.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name} = {${value}}`]));
  return `@${type}{${paper.key},\n${lines.join(',\n')}\n}\n`;
}

/** Venues that are periodicals; all others but preprints are meetings. */
const JOURNALS = ['Proceedings of the National Academy', 'Sampling Theory', 'Applied and Computational'];

function published(paper: Paper): { type: string; fields: [string, string][] } {
  if (isPreprint(paper)) {
    return { type: 'misc', fields: paper.arxiv ? [['howpublished', `arXiv preprint arXiv:${paper.arxiv}`]] : [] };
  }
  if (!JOURNALS.some((journal) => paper.venue.startsWith(journal))) {
    return { type: 'inproceedings', fields: [['booktitle', latex(paper.venue)]] };
  }
  const parts = /^(.*?)(?: (\d+)\((\d+)\))?(?:, (\d+)-(\d+))?$/.exec(paper.venue);
  const fields: [string, string][] = [['journal', latex(parts?.[1] ?? paper.venue)]];
  if (parts?.[2] && parts[3]) fields.push(['volume', parts[2]], ['number', parts[3]]);
  if (parts?.[4] && parts[5]) fields.push(['pages', `${parts[4]}--${parts[5]}`]);
  return { type: 'article', fields };
}

function isPreprint(paper: Paper): boolean {
  return paper.venue.startsWith('arXiv');
}

function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** Every author of the catalogue has a family name of one word. */
function lastName(author: string): string {
  return author.slice(author.lastIndexOf(' ') + 1);
}

function lastNameFirst(author: string): string {
  const cut = author.lastIndexOf(' ');
  return cut < 0 ? author : `${author.slice(cut + 1)}, ${author.slice(0, cut)}`;
}

const ACCENTS: Record<string, string> = {
  '\u0300': '`',
  '\u0301': "'",
  '\u0302': '^',
  '\u0303': '~',
  '\u0308': '"',
  '\u030a': 'r',
  '\u030c': 'v',
  '\u0327': 'c',
  '\u0328': 'k',
};
const LETTERS: Record<string, string> = { ł: '{\\l}', Ł: '{\\L}', ø: '{\\o}', Ø: '{\\O}', ß: '{\\ss}', æ: '{\\ae}' };

function latex(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[&%#_$]/g, (mark) => `\\${mark}`)
    .replace(/(\p{L})(\p{M})/gu, (whole, letter: string, mark: string) => {
      const command = ACCENTS[mark];
      if (command === undefined) return whole.normalize('NFC');
      return `{\\${command}{${letter === 'i' || letter === 'j' ? `\\${letter}` : letter}}}`;
    })
    .replace(/[łŁøØßæ]/g, (letter) => LETTERS[letter] ?? letter);
}
