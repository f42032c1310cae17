/** docs/metrics.md as it should be: every metric of the registry, and the tests that measure it. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { byPaper } from '../../../src/metrics/by-paper';
import { limitInWords, whereShort } from '../../../src/metrics/in-words';
import type { Metric } from '../../../src/metrics/metric';
import { metrics } from '../../../src/metrics/registry';
import { links, paperByKey, shortCitation, type Paper } from '../../../src/papers/catalogue';

const TESTS = 'test/unit/metrics';
const COLUMNS = ['id', 'name', 'formula', 'at collapse', 'range', 'measured', 'also in', 'tested in'];

const LEAD = `# The metrics

<!-- Written by \`npm run docs\` from the registry, the paper catalogue and the tests. -->

Every metric of the report by the paper it comes from: _K_ classes, _N_ samples, _d_ features; class means μ_c, their mean μ_G, classifier rows w_c. \`neural-collapse explain ID\` and _Explain Metric…_ say more of each.
`;

/**
 * The page as Markdown.
 * @param root folder of the repository
 */
export function metricsPage(root: string): string {
  const tests = testFiles(path.join(root, TESTS));
  const sections = byPaper(metrics).map(({ paper, metrics: own }) => section(paper, own, tests));
  return [LEAD, ...sections].join('\n');
}

interface TestFile {
  name: string;
  text: string;
}

function testFiles(folder: string): TestFile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.test.ts'))
    .sort()
    .map((name) => ({ name, text: readFileSync(path.join(folder, name), 'utf8') }));
}

/** The test files that name the metric: as text in quotes, or as a key. */
export function testedIn(id: string, tests: readonly TestFile[]): string[] {
  const literal = id.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const named = new RegExp(`(['"\`])${literal}\\1|^\\s*${literal}:`, 'm');
  return tests.filter(({ text }) => named.test(text)).map(({ name }) => name);
}

function section(paper: Paper, own: readonly Metric[], tests: readonly TestFile[]): string {
  const rows = own.map((metric) => [
    `\`${metric.id}\``,
    cell(metric.name),
    cell(`$\`${metric.formula}\`$`),
    cell(limitInWords(metric)),
    cell(metric.range),
    whereShort(metric),
    metric.papers
      .slice(1)
      .map((key) => cited(key))
      .join(', '),
    testedIn(metric.id, tests)
      .map((name) => `[${name.replace('.test.ts', '')}](../${TESTS}/${name})`)
      .join(', '),
  ]);
  const lines = [COLUMNS, COLUMNS.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
  return `## ${shortCitation(paper)}: ${paper.topic}\n\n${cited(paper.key, paper.title)}\n\n${lines.join('\n')}\n`;
}

function cited(key: string, text?: string): string {
  const paper = paperByKey(key);
  return paper ? `[${text ?? shortCitation(paper)}](${links(paper)[0]?.url ?? ''})` : key;
}

/** A pipe would end the cell. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
