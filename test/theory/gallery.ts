/** docs/reproduce.md and its pictures: every experiment at its defaults, with its charts and its verdict. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { formatCompared } from '../../src/metrics/number-format';
import { citation, paperByKey, shortCitation } from '../../src/papers/catalogue';
import { holds, RELATION_SIGNS, type Reproduced } from '../../src/protocol/theory';
import { experiments } from '../../src/theory/registry';
import { PRINT_COLOURS } from '../../webview/charts/picture-frame';
import { figurePicture } from '../../webview/charts/vector';
import { theoryFigure } from '../../webview/theory/theory-figure';
import { run } from './experiments';

/** @param root of the repository; runs every experiment, which takes a minute */
export async function writeGallery(root: string): Promise<void> {
  const found: Reproduced[] = [];
  for (const { paper } of experiments) found.push(await run(paper));
  const folder = path.join(root, 'docs', 'gallery');
  await mkdir(folder, { recursive: true });
  for (const old of await readdir(folder)) await rm(path.join(folder, old));
  for (const { facts, charts } of found) {
    for (const chart of charts) {
      const { svg } = figurePicture(theoryFigure(chart), PRINT_COLOURS);
      await writeFile(path.join(folder, pictureName(facts.paper, chart.id)), `${svg.trimEnd()}\n`);
    }
  }
  await writeFile(path.join(root, 'docs', 'reproduce.md'), page(found));
}

export function pictureName(paper: string, chart: string): string {
  return `${paper}-${chart}.svg`;
}

function page(found: readonly Reproduced[]): string {
  const rows = found.map(
    ({ facts, holds: all }) =>
      `| [${name(facts.paper)}](#${facts.paper}) | ${facts.title} | ${all ? 'holds' : '**fails**'} |`,
  );
  return `# Every paper, reproduced

Each paper's claim has a small experiment that runs on your machine: _Reproduce_ beside a paper in the sidebar or on its card, _Reproduce Paper…_ in the palette, or \`neural-collapse reproduce KEY\`. You can change its set-up; a seed makes it repeatable. Dashed lines are the theory's. This page is what \`npm run gallery\` gave at the defaults.

| paper | claim | verdict |
| --- | --- | --- |
${rows.join('\n')}

${found.map(section).join('\n')}`;
}

function name(paper: string): string {
  const known = paperByKey(paper);
  return known ? shortCitation(known) : paper;
}

function section({ facts, charts, checks, notes = [] }: Reproduced): string {
  const { paper, title, claim, setup, formula, parameters } = facts;
  const known = paperByKey(paper);
  const pictures = charts.map((chart) => `![${chart.title}](gallery/${pictureName(paper, chart.id)})`);
  const verdict = checks.map(
    (check) =>
      `| ${holds(check) ? 'holds' : '**fails**'} | ${cell(check.what)} | ${formatCompared(check.measured, 4)} | ${RELATION_SIGNS[check.relation]} ${formatCompared(check.expected, 4)} ± ${formatCompared(check.tolerance, 4)} | ${cell(check.because)} |`,
  );
  const settings = parameters.map(({ id, default: value, min, max }) => `\`${id}\` ${value} (${min} to ${max})`);
  return `<a id="${paper}"></a>

## ${name(paper)}: ${title}

${claim} ${setup}

$$${formula}$$

${pictures.join('\n')}

| verdict | what is compared | measured | expected | why so close |
| --- | --- | --- | --- | --- |
${verdict.join('\n')}

Set-up: ${settings.join(', ')}.
${notes.map((note) => `\n${note}\n`).join('')}
${known ? citation(known) : ''}
`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
