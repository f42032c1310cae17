/** `neural-collapse`: the same jobs as in the editor, from a terminal, on the same engine. */
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { CancelledError, EngineClient } from './driver/engine-client';
import { emptyReport, inspect, NothingMeasured } from './driver/inspection';
import { settlePlan } from './driver/settle';
import { checkReportPlace, eventFile, writeReport } from './driver/write-report';
import type { ExportFormat } from './exports/formats';
import { resolveReference } from './formats/reference';
import {
  PROVIDER_CHOICES,
  type InspectRequest,
  type ModelOverrides,
  type ProviderChoice,
  type Question,
} from './protocol/engine';
import { asFault, Fault } from './protocol/faults';
import type { Pooling, Report } from './protocol/report';
import { metrics } from './metrics/registry';
import { reproduceCommand, type ReproduceOptions } from './reproduce-command';
import { describeMetric, findMetric, renderMetric, renderMetrics } from './terminal/metric-catalogue';
import { ProgressBar } from './terminal/progress-bar';
import { renderReport } from './terminal/table';

const EXIT = { measured: 0, nothing: 1, some: 2, cancelled: 130 } as const;

interface InspectOptions {
  data?: string;
  labels?: string;
  manifest?: string;
  layers?: string;
  metrics?: string;
  pooling?: Pooling;
  penultimate?: string;
  weight?: string;
  bias?: string;
  logits?: string;
  provider: ProviderChoice;
  batch?: number;
  maxSamples?: number;
  json?: string;
  csv?: string;
  html?: string;
  tensorboard?: string;
  verbose?: boolean;
}

async function inspectCommand(target: string, options: InspectOptions): Promise<number> {
  const engine = new EngineClient({
    program: path.join(__dirname, 'engine.js'),
    log: (level, text) => {
      if (options.verbose) process.stderr.write(`${level}: ${text}\n`);
    },
  });
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  const bar = new ProgressBar(process.stderr);
  try {
    const exports = await exportsOf(options);
    for (const { file } of exports) await checkReportPlace(file);
    const plan = await settlePlan(engine, requestOf(target, options), ask, stop.signal);
    const request = {
      plan,
      provider: options.provider,
      ...(options.batch === undefined ? {} : { batch: options.batch }),
      ...(options.maxSamples === undefined ? {} : { maxSamples: options.maxSamples }),
    };
    const report = emptyReport(request);
    await inspect(
      engine,
      request,
      report,
      {
        progress: (progress) => bar.update(progress),
        failed: (failed, details) => {
          bar.clear();
          process.stderr.write(`${failed.message}\n`);
          if (options.verbose && details) process.stderr.write(`${details}\n`);
        },
      },
      stop.signal,
    );
    bar.clear();
    await deliver(report, options.json);
    for (const { file, format } of exports) await writeReport(file, report, format);
    return report.failed.length > 0 ? EXIT.some : EXIT.measured;
  } catch (error) {
    bar.clear();
    if (error instanceof CancelledError) {
      process.stderr.write('Cancelled.\n');
      return EXIT.cancelled;
    }
    if (error instanceof NothingMeasured) return EXIT.nothing;
    const fault = asFault(error);
    process.stderr.write(`${fault.message}\n`);
    if (options.verbose && fault.details) process.stderr.write(`${fault.details}\n`);
    return EXIT.nothing;
  } finally {
    engine.dispose();
  }
}

function requestOf(target: string, options: InspectOptions): InspectRequest {
  const absolute = path.resolve(target);
  const reference = (text: string): string => resolveReference(process.cwd(), text);
  const { layers, penultimate, weight, bias, logits } = options;
  const model: ModelOverrides = {
    ...(penultimate === undefined ? {} : { penultimate }),
    ...(weight === undefined ? {} : { weight }),
    ...(bias === undefined ? {} : { bias }),
    ...(logits === undefined ? {} : { logits }),
  };
  return {
    target: absolute,
    kind: 'guess',
    searchFolders: [path.dirname(absolute)],
    ...(options.manifest === undefined ? {} : { manifest: path.resolve(options.manifest) }),
    ...(options.data === undefined ? {} : { data: reference(options.data) }),
    ...(options.labels === undefined ? {} : { labels: reference(options.labels) }),
    ...(layers === undefined
      ? {}
      : { layers: layers === 'all' || layers === 'penultimate' ? layers : layers.split(',') }),
    ...(options.metrics === undefined ? {} : { metrics: options.metrics.split(',').map((name) => name.trim()) }),
    ...(options.pooling === undefined ? {} : { pooling: options.pooling }),
    ...(Object.keys(model).length > 0 ? { model } : {}),
  };
}

/** How a question is answered where nobody can be asked. */
const SAY_WHICH: Readonly<Record<string, string>> = {
  'logits-output': 'Say which with --logits, or as model.logits in neural-collapse.json.',
  'activation-file': 'Inspect that file itself.',
  'activation-labels': 'Say which with --labels, or as activations.labels in neural-collapse.json.',
};

async function ask(question: Question): Promise<number> {
  const choices = question.choices
    .map(({ label, description }, index) => `  ${index + 1}. ${label}${description ? ` — ${description}` : ''}`)
    .join('\n');
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new Fault(
      'E_AMBIGUOUS',
      `${question.text}\n${choices}\n${SAY_WHICH[question.id] ?? 'Say which with --data and --labels, or in neural-collapse.json.'}`,
    );
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    for (;;) {
      const answer = Number(await prompt.question(`${question.text}\n${choices}\n1–${question.choices.length}: `));
      if (Number.isInteger(answer) && answer >= 1 && answer <= question.choices.length) return answer - 1;
    }
  } catch (error) {
    // Ctrl-C or Ctrl-D instead of an answer.
    if (error instanceof Error && error.name === 'AbortError') throw new CancelledError('Cancelled.');
    throw error;
  } finally {
    prompt.close();
  }
}

/** Standard output carries the report alone where it was asked for; the table then goes to standard error. */
async function deliver(report: Report, json: string | undefined): Promise<void> {
  const table = renderReport(report);
  if (json === undefined) return void process.stdout.write(table);
  process.stderr.write(table);
  if (json === '-') process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
}

/** The files to write, each whole or not at all. */
async function exportsOf(options: InspectOptions): Promise<{ file: string; format: ExportFormat }[]> {
  const files: { file: string; format: ExportFormat }[] = [];
  const add = (format: ExportFormat, file: string | undefined): void => {
    if (file !== undefined) files.push({ file: path.resolve(file), format });
  };
  add('json', options.json === '-' ? undefined : options.json);
  add('csv', options.csv);
  add('html', options.html);
  add('tensorboard', options.tensorboard === undefined ? undefined : await eventFile(options.tensorboard));
  return files;
}

function notEmpty(text: string): string {
  if (text === '') throw new InvalidArgumentError('It must name a file, or - for standard output.');
  return text;
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number of at least 1.');
  return value;
}

const program = new Command('neural-collapse')
  .description('See how far Neural Collapse has gone in a classifier.')
  .version(__VERSION__);

program
  .command('inspect')
  .description('measure a checkpoint, a folder of checkpoints, or saved activations')
  .argument('<target>', 'an .onnx file, a folder, or a file of activations')
  .option('--data <file[#array]>', 'inputs to run through the model: an array, or a folder of images by class')
  .option('--labels <file[#array][[column]]>', 'class of each sample')
  .option('--manifest <file>', 'neural-collapse.json to use')
  .option('--layers <all|penultimate|name,…>', 'layers to measure (default: all)')
  .option('--metrics <id,…>', 'metrics to measure, or keys of papers for all of theirs (default: all)')
  .addOption(
    new Option('--pooling <kind>', 'how maps become vectors (default: flatten; sequences as the network does)').choices(
      ['flatten', 'mean', 'token'],
    ),
  )
  .option('--penultimate <tensor>', 'the penultimate features, instead of what was detected')
  .option('--weight <tensor>', 'the classifier’s weight, instead of what was detected')
  .option('--bias <tensor>', 'the classifier’s bias, with --weight')
  .option('--logits <output>', 'the output that holds the logits, where there are several')
  .addOption(new Option('--provider <name>', 'execution provider').choices(PROVIDER_CHOICES).default('auto'))
  .option('--batch <n>', 'samples per batch', positive)
  .option('--max-samples <n>', 'use at most n samples of each split, evenly spread', positive)
  .option('--json <file|->', 'write the report as JSON', notEmpty)
  .option('--csv <file>', 'write every value as CSV: checkpoint, epoch, layer, metric, value', notEmpty)
  .option('--html <file>', 'write the panel as one HTML page with the report in it', notEmpty)
  .option('--tensorboard <folder|file>', 'write the values as a TensorBoard event file', notEmpty)
  .option('--verbose', 'show the engine’s log')
  .action(async (target: string, options: InspectOptions) => {
    process.exitCode = await inspectCommand(target, options);
  });

program
  .command('metrics')
  .description('list the metrics, each under the paper it comes from')
  .option('--json', 'as JSON')
  .action(({ json }: { json?: boolean }) => {
    process.stdout.write(json ? `${JSON.stringify(metrics.map(describeMetric), null, 2)}\n` : renderMetrics(metrics));
  });

program
  .command('explain')
  .description('say what a metric is: words, formula, limit, range, needs, papers')
  .argument('<id>', 'a metric, as the report names it')
  .option('--json', 'as JSON')
  .action((id: string, { json }: { json?: boolean }) => {
    const metric = findMetric(metrics, id);
    process.stdout.write(json ? `${JSON.stringify(describeMetric(metric), null, 2)}\n` : renderMetric(metric));
  });

program
  .command('reproduce')
  .description('try a paper’s claim on this machine, and say in numbers whether it holds')
  .argument('[paper]', 'key of a paper, as the metrics list names it')
  .option('--all', 'every paper that has an experiment')
  .option('--list', 'what can be reproduced, with parameters')
  .option(
    '--set <id=number>',
    'a parameter of the set-up; may be given again',
    (text, all: string[]) => [...all, text],
    [],
  )
  .option('--json', 'as JSON')
  .action(async (paper: string | undefined, options: ReproduceOptions) => {
    process.exitCode = await reproduceCommand(paper, options);
  });
// Whoever reads standard output may have seen enough (`… | head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.measured);
  throw error;
});

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${asFault(error).message}\n`);
  process.exitCode = EXIT.nothing;
});
