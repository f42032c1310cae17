import assert from 'node:assert/strict';
import { findings } from '../../../src/findings/findings';
import { paperByKey } from '../../../src/papers/catalogue';
import {
  REPORT_SCHEMA,
  type CheckpointReport,
  type Finding,
  type Report,
  type RunFacts,
} from '../../../src/protocol/report';

type Metrics = Record<string, number>;

function reportOf(epochs: readonly (Metrics & { epoch?: number })[], run: Partial<RunFacts> = {}, d = 16): Report {
  const checkpoints = epochs.map(({ epoch, ...metrics }, i): CheckpointReport => ({
    path: `checkpoint_${i}.onnx`,
    ...(epoch === undefined ? {} : { epoch }),
    split: 'train',
    samples: 100,
    classCounts: [50, 50],
    provider: 'cpu',
    seconds: 1,
    metrics,
    notApplicable: {},
    layers: [{ name: 'a', tensor: 'a', depth: 1, role: 'penultimate', dimension: d, pooling: 'flatten', metrics }],
    warnings: [],
  }));
  return {
    schema: REPORT_SCHEMA,
    generator: { name: 'test', version: '0' },
    run: { path: 'run', kind: 'checkpoints', classes: 10, classNames: [], ...run },
    checkpoints,
    failed: [],
    findings: [],
  };
}

function find(report: Report, id: string): Finding | undefined {
  return findings(report).find((finding) => finding.id === id);
}

/** No-break spaces as spaces, for reading. */
const plain = (text: string | undefined) => text?.replaceAll('\u202f', ' ');

describe('findings', () => {
  it('are none where nothing is to be said', () => {
    assert.deepEqual(findings(reportOf([])), []);
    assert.deepEqual(findings(reportOf([{ epoch: 1, accuracy: 0.7, nc1: 3 }])), []);
    assert.deepEqual(findings(reportOf([{ nc1: 3 }])), []);
  });

  it('name papers that are in the catalogue, and finite figures', () => {
    const epochs = [1, 2, 3, 4].map((epoch) => ({ epoch, accuracy: 1, nc1: 1, 'lpm.minorityCosine': 1 }));
    const report = reportOf(epochs, { classes: 40, labelNoise: 0.2, weightDecay: 0 });
    report.checkpoints.forEach((one, i) => (one.metrics['lpm.energyH'] = 2 ** i));
    report.checkpoints.at(-1)!.merged = [{ classes: [1, 2], cosine: 0.97 }];
    const all = findings(report);
    assert.deepEqual(
      all.map(({ id }) => id),
      [
        'terminal-phase',
        'collapse-stalled',
        'merged-classes',
        'minority-collapse',
        'too-many-classes',
        'noise-memorised',
        'features-grow',
      ],
    );
    for (const { paper, text, evidence } of all) {
      assert.ok(paperByKey(paper), paper);
      assert.match(text, /^[A-Z0-9].*\.$/);
      assert.ok(Object.values(evidence).every((value) => typeof value === 'string' || Number.isFinite(value)));
    }
  });
});

describe('the terminal phase', () => {
  it('starts where the error reaches zero for good, and tells what fell since', () => {
    const finding = find(
      reportOf([
        { epoch: 1, accuracy: 1, nc1: 9 },
        { epoch: 5, accuracy: 0.9, nc1: 4 },
        { epoch: 10, accuracy: 1, nc1: 2, nc3: 0.5, nc4: 0 },
        { epoch: 20, accuracy: 1, nc1: 1.5, nc3: 0.6, nc4: 0 },
      ]),
      'terminal-phase',
    )!;
    assert.equal(
      finding.text,
      'Terminal phase since epoch 10: training error is 0; NC1 went from 2.000 to 1.500. Of 3 measures of collapse 1 fell from epoch 10 to epoch 20, and 1 rose.',
    );
    assert.equal(finding.evidence['fell'], 'nc1');
    assert.equal(finding.evidence['rose'], 'nc3');
    assert.equal(finding.evidence['nc1 at epoch 20'], 1.5);
  });

  it('does not say zero where the error is only nearly zero', () => {
    const epochs = [
      { epoch: 1, accuracy: 0.999, nc1: 2 },
      { epoch: 2, accuracy: 1, nc1: 1 },
    ];
    assert.match(
      find(reportOf(epochs), 'terminal-phase')!.text,
      /^Terminal phase since epoch 1: training accuracy is at least 99.9 %/,
    );
    assert.equal(find(reportOf([{ epoch: 1, accuracy: 0.9989 }]), 'terminal-phase'), undefined);
  });

  it('says no more than that it began, at the last checkpoint', () => {
    const finding = find(reportOf([{ accuracy: 0.5 }, { accuracy: 1, nc1: 1 }]), 'terminal-phase')!;
    assert.equal(
      finding.text,
      'At checkpoint_1.onnx, the last checkpoint, training error is 0: the terminal phase can begin.',
    );
  });
});

describe('stalled collapse', () => {
  const run = (...nc1: number[]) => reportOf(nc1.map((value, i) => ({ epoch: 10 * i, accuracy: 1, nc1: value })));

  it('is a fall of NC1 below a tenth over the last three checkpoints', () => {
    const finding = find(run(2, 1, 0.98, 0.95), 'collapse-stalled')!;
    assert.equal(
      plain(finding.text),
      'NC1 has stalled although training error is 0: it fell by 5 % over the last 3 checkpoints, from 1.000 at epoch 10 to 0.9500 at epoch 30.',
    );
    assert.equal(find(run(2, 1, 0.9, 0.8), 'collapse-stalled'), undefined);
    assert.match(find(run(2, 1, 1.2, 1.1), 'collapse-stalled')!.text, /it rose by 10/);
    assert.match(find(run(1, 1, 1), 'collapse-stalled')!.text, /it stayed the same/);
  });

  it('is not told of two checkpoints, of rounding, or before zero error', () => {
    assert.equal(find(run(1, 1), 'collapse-stalled'), undefined);
    assert.equal(find(run(1e-13, 1e-13, 1e-13), 'collapse-stalled'), undefined);
    const early = [0.7, 0.8, 1, 1].map((accuracy, i) => ({ epoch: i, accuracy, nc1: 1 }));
    assert.equal(find(reportOf(early), 'collapse-stalled'), undefined);
    const lost = [1, 1, 1].map((accuracy, i) => (i < 2 ? { epoch: i, accuracy, nc1: 1 } : { epoch: i, accuracy }));
    assert.equal(find(reportOf(lost), 'collapse-stalled'), undefined);
  });
});

describe('minority collapse', () => {
  it('is told of classifier rows that nearly coincide, at the last checkpoint', () => {
    const epochs = [
      { epoch: 1, 'lpm.minorityCosine': 0.99 },
      { epoch: 2, 'lpm.minorityCosine': 0.5 },
    ];
    assert.equal(find(reportOf(epochs), 'minority-collapse'), undefined);
    const finding = find(reportOf(epochs.toReversed()), 'minority-collapse')!;
    assert.equal(
      finding.text,
      'The minority’s classifier rows have a mean cosine of 0.9900 at epoch 1; 1 means that they coincide.',
    );
    assert.equal(finding.evidence['lpm.minorityCosine'], 0.99);
  });

  it('is told of rare classes that are not learned, with the figures of both', () => {
    const at = (minority: number) =>
      find(reportOf([{ epoch: 3, 'accuracy.minority': minority, 'accuracy.majority': 0.9 }]), 'minority-collapse');
    assert.equal(plain(at(0.25)?.text), 'Training accuracy is 25 % on the minority and 90 % on the majority.');
    assert.equal(at(0.45), undefined);
  });
});

describe('too many classes', () => {
  it('is told where K > d + 1, with the least distance to a simplex', () => {
    const finding = find(reportOf([{ epoch: 1 }], { classes: 10 }, 5), 'too-many-classes')!;
    assert.equal(
      finding.text,
      'K = 10 > d + 1 = 6: a simplex ETF cannot exist, and distances from one stay at 0.7136 or above.',
    );
    const coded = reportOf([{ epoch: 1, 'gnc2.ratio': 0.9 }], { classes: 10 }, 5);
    assert.match(find(coded, 'too-many-classes')!.text, /; compared with the softmax code instead\.$/);
    assert.ok(Math.abs(Number(finding.evidence['nc2.floor']) - 0.7136) < 1e-4);
    assert.equal(find(reportOf([{ epoch: 1 }], { classes: 10 }, 9), 'too-many-classes'), undefined);
    assert.ok(find(reportOf([{ epoch: 1 }], { classes: 11 }, 9), 'too-many-classes'));
  });
});

describe('memorised label noise', () => {
  const run = (accuracy: number, labelNoise?: number, more: Metrics = {}) =>
    find(
      reportOf([{ epoch: 7, accuracy, ...more }], labelNoise === undefined ? {} : { labelNoise }),
      'noise-memorised',
    );

  it('is told where accuracy can only come from wrong labels', () => {
    const finding = run(0.99, 0.2, { 'mem.progress': 0.75 })!;
    assert.equal(
      plain(finding.text),
      'Wrong labels are memorised: 20 % of the labels are wrong, and training accuracy is 99 % at epoch 7. Samples with a wrong label have moved 0.7500 of the way from their true class to that of their label.',
    );
    assert.ok(Math.abs(Number(finding.evidence['wrong labels reproduced, at least']) - 0.95) < 1e-12);
  });

  it('is not told where the wrong labels may not have been fitted, or are not known', () => {
    assert.equal(run(0.8, 0.2), undefined);
    assert.equal(run(0.97, 0.2), undefined);
    assert.equal(run(1), undefined);
    assert.equal(run(1, 0), undefined);
  });
});

describe('the halving of NC1', () => {
  const run = (nc1: (epoch: number, i: number) => number, epochs = [40, 50, 70, 100, 160]) =>
    find(reportOf(epochs.map((epoch, i) => ({ epoch, accuracy: 1, nc1: nc1(epoch, i) }))), 'terminal-phase')!;
  const falling = (epoch: number): number => 0.3 * 2 ** (-(epoch - 40) / 12);

  it('is told where its logarithm is a line, with the fit', () => {
    const finding = run(falling);
    assert.match(
      finding.text,
      /^Terminal phase since epoch 40: training error is 0 and NC1 falls by half every 12 epochs\./,
    );
    assert.ok(Math.abs(Number(finding.evidence['epochs to half']) - 12) < 1e-9);
    assert.equal(finding.evidence['checkpoints fitted'], 5);
    assert.ok(Number(finding.evidence['R² of log NC1']) > 0.9999);
  });

  it('is not told of too few checkpoints, of a curve that is no line, of a rise, or without epochs', () => {
    assert.doesNotMatch(run(falling, [40, 50, 70]).text, /by half/);
    assert.doesNotMatch(run((_, i) => [1, 0.1, 0.9, 0.08, 0.5][i]!).text, /by half/);
    assert.doesNotMatch(run((epoch) => 1 / falling(epoch)).text, /by half/);
    assert.doesNotMatch(run((epoch, i) => (i === 2 ? 0 : falling(epoch))).text, /by half/);
    const timeless = reportOf([1, 0.5, 0.25, 0.125].map((nc1) => ({ accuracy: 1, nc1 })));
    assert.doesNotMatch(find(timeless, 'terminal-phase')!.text, /by half/);
  });
});

describe('merged classes', () => {
  const run = (counts: number[], merged: { classes: number[]; cosine: number }[]) => {
    const report = reportOf([{ epoch: 300 }], { classNames: ['shirt', 'coat'] });
    Object.assign(report.checkpoints[0]!, { classCounts: counts, merged });
    return find(report, 'merged-classes');
  };
  const counts = [100, 100, 100, 100, 100, 100, 100, 10, 10, 10];

  it('are named, and called minority collapse only where all of them are rare', () => {
    assert.equal(
      run(counts, [{ classes: [7, 8, 9], cosine: 0.9899 }])!.text,
      'Classes 7, 8, 9 have merged (cosine 0.98) at epoch 300: minority collapse.',
    );
    const frequent = run(counts, [{ classes: [0, 1], cosine: 0.96 }])!;
    assert.equal(frequent.text, 'Classes shirt and coat have merged (cosine 0.96) at epoch 300.');
    assert.equal(frequent.paper, 'papyan2020');
    assert.doesNotMatch(run(counts, [{ classes: [6, 7], cosine: 0.96 }])!.text, /minority/);
    assert.equal(run(counts, []), undefined);
  });
});

describe('growing features', () => {
  const run = (weightDecay: number | undefined, ...energies: number[]) =>
    find(
      reportOf(
        energies.map((energy, i) => ({ epoch: 10 * i, 'lpm.energyH': energy })),
        weightDecay === undefined ? {} : { weightDecay },
      ),
      'features-grow',
    );

  it('are told of without weight decay, with the norms', () => {
    assert.equal(
      run(0, 4, 9, 16)?.text,
      'Feature norm grows: weight decay is 0, and the root mean square norm went from 2.000 at epoch 0 to 4.000 at epoch 20.',
    );
  });

  it('are not told of with weight decay, where it is not known, or where they hardly grow', () => {
    assert.equal(run(5e-4, 4, 9, 16), undefined);
    assert.equal(run(undefined, 4, 9, 16), undefined);
    assert.equal(run(0, 4, 16), undefined);
    assert.equal(run(0, 4, 16, 9), undefined);
    assert.equal(run(0, 4, 4.1, 4.2), undefined);
  });
});
