import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  bibtex,
  citation,
  links,
  paperByKey,
  papers,
  papersIn,
  sections,
  shortCitation,
} from '../../../src/papers/catalogue';

interface Published {
  sections: { id: string; title: string; groups: string[]; note?: string }[];
  papers: Record<string, unknown>[];
}

describe('the paper catalogue', () => {
  it('is the published list, field by field', function () {
    const file = path.resolve('..', 'shared', 'papers.json');
    if (!existsSync(file)) return this.skip();
    const published = JSON.parse(readFileSync(file, 'utf8')) as Published;
    assert.deepEqual(
      sections,
      published.sections.map(({ id, title, groups }) => ({ id, title, groups })),
    );
    const listed = new Set(published.papers.map((paper) => paper['key']));
    assert.deepEqual(
      papers
        .filter(({ key }) => listed.has(key))
        .map((paper) =>
          Object.fromEntries(Object.entries(paper).filter(([key]) => !['claim', 'metrics', 'topic'].includes(key))),
        ),
      published.papers,
    );
    for (const paper of papers) if (!listed.has(paper.key)) assert.equal(paper.namedByUser, false, paper.key);
  });

  it('holds every paper once, in a group that its section has', () => {
    assert.equal(papers.length, 26);
    assert.equal(new Set(papers.map((paper) => paper.key)).size, 26);
    const grouped = sections.flatMap((section) => section.groups.flatMap((group) => papersIn(section.id, group)));
    assert.deepEqual(grouped, papers);
    for (const paper of papers) assert.equal(paperByKey(paper.key), paper);
    assert.equal(paperByKey('nobody1999'), undefined);
  });

  for (const paper of papers) {
    it(`tells of ${paper.key} in plain words`, () => {
      const sentences = paper.claim.split(/(?<=[.])\s+(?=[A-Z])/);
      assert.ok(sentences.length >= 2 && sentences.length <= 4, `${sentences.length} sentences`);
      assert.ok(paper.claim.endsWith('.'));
      assert.doesNotMatch(paper.claim, /[$\\]/);
      assert.ok(paper.topic.length <= 45 && !/[.$\\]/.test(paper.topic), paper.topic);
      assert.ok(paper.metrics.length > 0);
      assert.equal(new Set(paper.metrics).size, paper.metrics.length);
      assert.ok(citation(paper).includes(paper.title) && !citation(paper).includes('\n'));
      const found = links(paper);
      assert.ok(found.length > 0);
      for (const { url } of found) assert.equal(new URL(url).protocol, 'https:');
      assert.equal(
        found.some(({ link }) => link === 'search'),
        !paper.doi && !paper.arxiv,
      );
    });

    it(`writes ${paper.key} as valid BibTeX`, () => {
      const entry = bibtex(paper);
      assert.match(entry, /^@(article|inproceedings|misc)\{[a-z]+\d{4}[ab]?,\n/);
      // eslint-disable-next-line no-control-regex -- BibTeX of any age reads ASCII
      assert.match(entry, /^[\x00-\x7f]*$/);
      assert.equal(depthOf(entry), 0);
      const fields: Record<string, string> = {};
      for (const [, name, value] of entry.matchAll(/^ {2}(\w+) = \{(.*)\},?$/gm)) fields[name!] = value!;
      assert.equal(fields['year'], String(paper.year));
      assert.equal(fields['author']?.split(' and ').length, paper.authors.length);
      assert.equal(fields['eprint'], paper.arxiv);
      assert.equal(entry.split('\n').length, Object.keys(fields).length + 3);
    });
  }

  it('cites in one line', () => {
    assert.equal(
      citation(paperByKey('lu2022')!),
      'Jianfeng Lu and Stefan Steinerberger. Neural Collapse under Cross-Entropy Loss. Applied and Computational Harmonic Analysis, 2022.',
    );
    assert.match(citation(paperByKey('wang2023')!), /arXiv preprint arXiv:2311\.02960, 2023\.$/);
  });

  it('names papers in a few words, each its own way by name and topic', () => {
    assert.equal(shortCitation(paperByKey('papyan2020')!), 'Papyan et al. 2020');
    assert.equal(shortCitation(paperByKey('lu2022')!), 'Lu and Steinerberger 2022');
    assert.equal(shortCitation(paperByKey('zhou2022b')!), 'Zhou et al. 2022b');
    const named = papers.map((paper) => `${shortCitation(paper)} ${paper.topic}`);
    assert.equal(new Set(named).size, papers.length);
  });

  it('escapes accents and splits the venue', () => {
    const entry = bibtex(paperByKey('masarczyk2023')!);
    assert.ok(entry.includes("Mi{\\l}o{\\'{s}}, Piotr"), entry);
    assert.ok(entry.includes("Trzci{\\'{n}}ski, Tomasz"), entry);
    assert.ok(bibtex(paperByKey('sukenik2023')!).includes("S{\\'{u}}ken{\\'{\\i}}k, Peter"));
    assert.ok(bibtex(paperByKey('nguyen2022')!).includes('H{\\"{u}}llermeier, Eyke'));
    assert.equal(
      bibtex(paperByKey('papyan2020')!),
      [
        '@article{papyan2020,',
        '  author = {Papyan, Vardan and Han, X.Y. and Donoho, David L.},',
        '  title = {{Prevalence of Neural Collapse During the Terminal Phase of Deep Learning Training}},',
        '  journal = {Proceedings of the National Academy of Sciences},',
        '  volume = {117},',
        '  number = {40},',
        '  pages = {24652--24663},',
        '  year = {2020},',
        '  eprint = {2008.08186},',
        '  archivePrefix = {arXiv},',
        '  doi = {10.1073/pnas.2015509117}',
        '}',
        '',
      ].join('\n'),
    );
  });
});

function depthOf(text: string): number {
  let depth = 0;
  for (const mark of text) {
    if (mark === '{') depth += 1;
    if (mark === '}') depth -= 1;
    assert.ok(depth >= 0);
  }
  return depth;
}
