/** The command line as a script sees it: exit codes, what stands on which stream, files written whole. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { copyFile, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { metrics } from '../../src/metrics/registry';
import type { Report } from '../../src/protocol/report';
import type { Reproduced } from '../../src/protocol/theory';
import { models, root, sampleRun } from '../fixtures/paths';
import { readEvents } from '../unit/exports/read-events';
import { cliProgram } from './engine';

interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

function cli(args: string[], interruptAfter?: number): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cliProgram, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const out: Outcome = { code: null, stdout: '', stderr: '' };
    child.stdout.on('data', (data: Buffer) => (out.stdout += data.toString()));
    child.stderr.on('data', (data: Buffer) => (out.stderr += data.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...out, code }));
    if (interruptAfter !== undefined) setTimeout(() => child.kill('SIGINT'), interruptAfter);
  });
}

const inspect = (target: string, ...more: string[]): Promise<Outcome> =>
  cli(['inspect', target, '--provider', 'cpu', ...more]);

/** An .npy file of class labels, as numpy.save writes it. */
function labelsNpy(labels: number[]): Buffer {
  const header = `{'descr': '<i8', 'fortran_order': False, 'shape': (${labels.length},), }`;
  const length = Buffer.alloc(2);
  const padded = header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11) + '\n';
  length.writeUInt16LE(padded.length);
  const values = Buffer.alloc(labels.length * 8);
  labels.forEach((label, i) => values.writeBigInt64LE(BigInt(label), i * 8));
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), length, Buffer.from(padded), values]);
}

/** An .npy file of float32 values. */
function floatsNpy(shape: number[], values: Float32Array): Buffer {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`;
  const padded = header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11) + '\n';
  const length = Buffer.alloc(2);
  length.writeUInt16LE(padded.length);
  const magic = Buffer.from('\x93NUMPY\x01\x00', 'latin1');
  return Buffer.concat([magic, length, Buffer.from(padded), Buffer.from(values.buffer)]);
}

describe('neural-collapse', function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), 'nc-cli-'))));
  afterEach(() => rm(folder, { recursive: true }));

  const data = path.join(models, 'data.npz');
  const model = (name: string): string => path.join(models, name);

  it('prints a table of the run', async () => {
    const { code, stdout, stderr } = await inspect(sampleRun);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /10 classes, 2000 samples, d = 64, provider cpu/);
    assert.match(stdout, /^\s*500\s+100\.00%\s+0\.13/m);
    assert.match(stdout, /body\.13 Relu\s+64\s+flatten/);
  });

  it('prints the report, and nothing else, on standard output', async () => {
    const { code, stdout } = await inspect(path.join(sampleRun, 'epoch_120.onnx'), '--json', '-');
    assert.equal(code, 0);
    const report = JSON.parse(stdout) as Report;
    assert.equal(report.schema, 'neural-collapse/report@1');
    assert.equal(report.checkpoints[0]?.epoch, 120);
    assert.equal(report.run.classNames[0], 'T-shirt');
  });

  it('writes the report whole, under its own name', async () => {
    const file = path.join(folder, 'report.json');
    const { code, stdout } = await inspect(path.join(sampleRun, 'epoch_120.onnx'), '--json', file);
    assert.deepEqual([code, stdout], [0, '']);
    assert.equal((JSON.parse(await readFile(file, 'utf8')) as Report).checkpoints.length, 1);
    assert.deepEqual(await readdir(folder), ['report.json']);
  });

  it('leaves no half-written report where it may not write', async () => {
    const { code, stderr } = await inspect(
      model('cnn.onnx'),
      '--data',
      data,
      '--json',
      path.join(folder, 'missing', 'report.json'),
    );
    assert.equal(code, 1);
    assert.match(stderr, /could not be written .*ENOENT/);
    assert.deepEqual(await readdir(folder), []);
  });

  it('writes through a link, and to what is no regular file, instead of replacing it', async function () {
    if (process.platform === 'win32') return this.skip();
    const file = path.join(folder, 'real.json');
    const link = path.join(folder, 'link.json');
    await writeFile(file, 'before');
    await symlink(file, link);
    const target = path.join(sampleRun, 'epoch_120.onnx');
    assert.equal((await inspect(target, '--json', link, '--layers', 'penultimate')).code, 0);
    assert.ok((await lstat(link)).isSymbolicLink());
    assert.match(await readFile(file, 'utf8'), /neural-collapse\/report@1/);
    const pipe = path.join(folder, 'pipe');
    await promisify(execFile)('mkfifo', [pipe]);
    const read = readFile(pipe, 'utf8');
    assert.equal((await inspect(target, '--json', pipe, '--layers', 'penultimate')).code, 0);
    assert.equal((JSON.parse(await read) as Report).checkpoints.length, 1);
    assert.ok((await lstat(pipe)).isFIFO());
  });

  it('writes one measurement in every format', async () => {
    const file = (name: string): string => path.join(folder, name);
    const target = path.join(sampleRun, 'epoch_120.onnx');
    const { code, stderr } = await inspect(
      ...([target, '--json', file('r.json'), '--csv', file('r.csv'), '--html', file('r.html')] as const),
      ...['--tensorboard', file('runs')],
    );
    assert.equal(code, 0, stderr);
    const report = JSON.parse(await readFile(file('r.json'), 'utf8')) as Report;
    const { nc1 } = report.checkpoints[0]!.metrics;
    assert.ok((await readFile(file('r.csv'), 'utf8')).includes(`\nepoch_120.onnx,120,,nc1,${nc1}\n`));
    const [, json] = /id="embedded-report">(.*?)<\/script>/s.exec(await readFile(file('r.html'), 'utf8')) ?? [];
    assert.deepEqual(JSON.parse(json!), report);
    const [events, ...others] = await readdir(file('runs'));
    assert.match(events!, /^events\.out\.tfevents\.\d+\./);
    assert.deepEqual(others, []);
    const [, only] = readEvents(await readFile(path.join(file('runs'), events!)));
    assert.equal(only!.step, 120);
    assert.equal(new Map(only!.scalars).get('nc1'), Math.fround(nc1!));
  });

  it('says before measuring that a report will have no place', async () => {
    const { code, stderr } = await inspect(sampleRun, '--json', folder);
    assert.deepEqual([code, stderr.trim().split('\n').length], [1, 1]);
    assert.match(stderr, /could not be written .*EISDIR/);
  });

  it('measures only the metrics that --metrics names, and shows test data beside training data', async () => {
    const target = path.join(sampleRun, 'epoch_120.onnx');
    const { code, stdout } = await inspect(target, '--metrics', 'nc1, galanti2021');
    assert.equal(code, 0);
    assert.match(stdout, /^\s+nc1\s.*\n[\s\S]*^\s+cdnv\s/m);
    assert.doesNotMatch(stdout, /nc3|NCC accuracy|–/);
    assert.match(stdout, /^data\s+samples\s+NC1\s+CDNV$/m);
    assert.match(stdout, /^train\s+2000\s+[\d.]+\s+[\d.]+\ntest\s+\d+\s+[\d.]+/m);
    const wrong = await inspect(target, '--metrics', 'nc7');
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /^There is no metric “nc7”.*\n$/);
  });

  it('measures only what --layers names', async () => {
    const { stdout } = await inspect(path.join(sampleRun, 'epoch_120.onnx'), '--json', '-', '--layers', 'penultimate');
    assert.equal((JSON.parse(stdout) as Report).checkpoints[0]?.layers.length, 1);
    const named = await inspect(
      path.join(sampleRun, 'epoch_120.onnx'),
      '--json',
      '-',
      '--layers',
      '/body/body.5/Relu_output_0',
    );
    assert.deepEqual(
      (JSON.parse(named.stdout) as Report).checkpoints[0]?.layers.map((layer) => layer.name),
      ['body.5 Relu', 'body.13 Relu'],
    );
  });

  it('exits with 2 when some checkpoints failed, and lists them', async () => {
    for (const name of ['train.npz', 'epoch_000.onnx'])
      await copyFile(path.join(sampleRun, name), path.join(folder, name));
    await writeFile(path.join(folder, 'epoch_001.onnx'), 'not a model');
    const { code, stdout } = await inspect(folder, '--json', '-');
    assert.equal(code, 2);
    const report = JSON.parse(stdout) as Report;
    assert.deepEqual([report.checkpoints.length, report.failed[0]?.code], [1, 'E_NOT_ONNX']);
  });

  it('exits with 130 when interrupted, within a second', async () => {
    const started = performance.now();
    const { code, stdout, stderr } = await cli(
      ['inspect', sampleRun, '--batch', '1', '--provider', 'cpu', '--json', '-'],
      1500,
    );
    assert.equal(code, 130, stderr);
    assert.equal(stdout, '');
    assert.ok(performance.now() - started < 1500 + 1500);
  });

  const cases: [name: string, args: () => Promise<string[]> | string[], says: RegExp][] = [
    [
      'data that is not finite',
      async () => {
        const x = new Float32Array(36 * 64).map((_, i) => Math.sin(i));
        x[3 * 64 + 7] = NaN;
        await writeFile(path.join(folder, 'x.npy'), floatsNpy([36, 1, 8, 8], x));
        return [model('cnn.onnx'), '--data', path.join(folder, 'x.npy'), '--labels', `${data}#y`];
      },
      /x\.npy: x is not finite .* sample 3\b/,
    ],
    [
      'a folder of runs beside the data they share',
      async () => {
        await mkdir(path.join(folder, 'a'));
        await copyFile(model('cnn.onnx'), path.join(folder, 'a', 'epoch_1.onnx'));
        await copyFile(data, path.join(folder, 'train.npz'));
        return [folder];
      },
      /choose one of its subfolders that do: a/,
    ],
    [
      'labels of another length',
      async () => {
        await writeFile(path.join(folder, 'y.npy'), labelsNpy([0, 1, 2, 3]));
        return [model('cnn.onnx'), '--data', `${data}#x`, '--labels', path.join(folder, 'y.npy')];
      },
      /y\.npy.*\b4\b.*data\.npz.*\b36\b|data\.npz.*\b36\b.*y\.npy.*\b4\b/,
    ],
    [
      'labels that do not fit the classes',
      async () => {
        const labels = Array.from({ length: 36 }, (_, i) => i % 5);
        await writeFile(path.join(folder, 'y.npy'), labelsNpy(labels));
        return [model('cnn.onnx'), '--data', `${data}#x`, '--labels', path.join(folder, 'y.npy')];
      },
      /y\.npy.*\b4\b/,
    ],
    ['no such file', () => ['nowhere.onnx'], /nowhere\.onnx/],
    [
      'a text file as a model',
      async () => {
        await writeFile(path.join(folder, 'text.onnx'), 'hello');
        return [path.join(folder, 'text.onnx'), '--data', data];
      },
      /text\.onnx is not an ONNX model/,
    ],
    [
      'missing external data',
      async () => {
        await copyFile(model('dynamo_mlp.onnx'), path.join(folder, 'm.onnx'));
        return [path.join(folder, 'm.onnx'), '--data', data];
      },
      /m\.onnx keeps its weights in dynamo_mlp\.onnx\.data, which is missing/,
    ],
    [
      'a model without a head',
      () => [model('no_head.onnx'), '--data', data],
      /no_head\.onnx has no linear classifier.*Relu/,
    ],
    [
      'a model with two inputs',
      () => [model('two_inputs.onnx'), '--data', data],
      /two_inputs\.onnx has several inputs, and no data gives b; name it/,
    ],
    [
      'features that are not finite',
      () => [model('diverged.onnx'), '--data', data],
      /diverged\.onnx: layer .* is not finite .* sample \d+/,
    ],
    ['data that fits no input', () => [model('cnn.onnx'), '--data', path.join(sampleRun, 'train.npz')], /1×8×8|8×8/],
    [
      'an unknown layer',
      () => [model('cnn.onnx'), '--data', data, '--layers', 'nosuch'],
      /no layer named nosuch.*body\.2 Relu/,
    ],
    [
      'a provider that does not run here',
      () => [model('cnn.onnx'), '--data', data, '--provider', 'dml'],
      /dml does not run here/,
    ],
    [
      'a folder without checkpoints',
      async () => {
        await mkdir(path.join(folder, 'empty'));
        return [path.join(folder, 'empty')];
      },
      /empty/,
    ],
  ];
  for (const [name, args, says] of cases) {
    it(`says what is wrong in one sentence and exits with 1: ${name}`, async () => {
      const { code, stdout, stderr } = await inspect(...((await args()) as [string, ...string[]]), '--json', '-');
      assert.match(stderr, says);
      assert.equal(code, 1, stderr);
      assert.equal(stdout, '');
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
      assert.ok(!/ at .*\.js:\d+/.test(stderr), stderr);
    });
  }

  it('measures, and warns, where classes have one sample or none', async () => {
    // Class 3 is never seen, class 2 once.
    await writeFile(path.join(folder, 'y.npy'), labelsNpy(Array.from({ length: 36 }, (_, i) => (i === 0 ? 2 : i % 2))));
    const { code, stdout, stderr } = await inspect(
      ...([model('cnn.onnx'), '--data', `${data}#x`, '--labels', path.join(folder, 'y.npy'), '--json', '-'] as const),
    );
    assert.equal(code, 0, stderr);
    const [checkpoint] = (JSON.parse(stdout) as Report).checkpoints;
    assert.deepEqual(checkpoint?.classCounts, [17, 18, 1, 0]);
    const warnings = checkpoint.warnings.join(' ');
    assert.match(warnings, /2\b.* one sample/);
    assert.match(warnings, /3\b.* no samples/);
    assert.ok(Number.isFinite(checkpoint.metrics['nc1']));
    assert.match(checkpoint.notApplicable['nc3'] ?? '', /class/);
  });

  it('lists the metrics by paper, and as JSON', async () => {
    const { code, stdout } = await cli(['metrics']);
    assert.equal(code, 0);
    assert.ok(stdout.split('\n').every((line) => [...line].length <= 100));
    assert.match(stdout, /^Papyan et al\. 2020 · .*\n {2}nc1 +every layer +NC1 within-class variability +0$/m);
    const listed = JSON.parse((await cli(['metrics', '--json'])).stdout) as Record<string, unknown>[];
    assert.deepEqual(
      [listed[0]?.['id'], listed[0]?.['limit'], listed[0]?.['where'], listed.length],
      ['nc1', '0', 'everyLayer', metrics.length],
    );
  });

  it('explains a metric, and as JSON', async () => {
    const { code, stdout } = await cli(['explain', 'nc1.traceRatio']);
    assert.equal(code, 0);
    for (const words of [
      /Within\/between trace ratio/,
      /mathrm\{tr\}/,
      /\[0, ∞\)/,
      /every layer/,
      /arxiv\.org\/abs\/2008/,
    ]) {
      assert.match(stdout, words);
    }
    const told = JSON.parse((await cli(['explain', 'nc3', '--json'])).stdout) as {
      id: string;
      papers: { key: string }[];
    };
    assert.deepEqual([told.id, told.papers[0]?.key], ['nc3', 'papyan2020']);
  });

  it('suggests the nearest metrics for an id that does not exist, and exits with 1', async () => {
    const { code, stdout, stderr } = await cli(['explain', 'nc1.traceratio']);
    assert.deepEqual([code, stdout, stderr.trim().split('\n').length], [1, '', 1]);
    assert.match(stderr, /no metric “nc1\.traceratio”; did you mean nc1\.traceRatio, /);
  });

  it('reproduces a paper: a line, its checks, an exit code that says whether it holds, and JSON', async () => {
    const good = await cli(['reproduce', 'zhu2021', '--set', 'starts=2']);
    assert.equal(good.code, 0, good.stderr);
    assert.match(good.stdout, /^holds {2}Zhu et al\. 2021: .* s\)\n {7}✓ /);
    const bad = await cli(['reproduce', 'zhu2021', '--set', 'd=2', '--set', 'starts=1', '--json']);
    assert.equal(bad.code, 2);
    const { holds, settings, checks } = JSON.parse(bad.stdout) as Reproduced;
    assert.deepEqual([holds, settings['d'], settings['starts']], [false, 2, 1]);
    assert.ok(checks.length > 0);
    for (const [args, reason] of [
      [['nobody1999'], /no experiment for nobody1999/],
      [['zhu2021', '--set', 'K'], /must be a parameter and a number/],
      [['zhu2021', '--set', 'K=99'], /K must be a whole number from 2 to 12/],
      [[], /Name a paper, or take --all/],
    ] as const) {
      const { code, stdout, stderr } = await cli(['reproduce', ...args]);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, reason);
    }
  });

  it('says which version it is', async () => {
    const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { version: string };
    assert.equal((await cli(['--version'])).stdout.trim(), version);
  });
});
