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
    const all = findings(reportOf(epochs, { classes: 40, labelNoise: 0.2 }));
    assert.deepEqual(
      all.map(({ id }) => id),
      ['terminal-phase', 'collapse-stalled', 'minority-collapse', 'too-many-classes', 'noise-memorised'],
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
      'Training error has been zero since epoch 10. From there to epoch 20, 1 of 3 measures of collapse fell, 1 rose and 1 stayed the same. NC1 went from 2.000 to 1.500.',
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
    assert.match(find(reportOf(epochs), 'terminal-phase')!.text, /^Training accuracy has been at least 99.9 %/);
    assert.equal(find(reportOf([{ epoch: 1, accuracy: 0.9989 }]), 'terminal-phase'), undefined);
  });

  it('says no more than that it began, at the last checkpoint', () => {
    const finding = find(reportOf([{ accuracy: 0.5 }, { accuracy: 1, nc1: 1 }]), 'terminal-phase')!;
    assert.equal(finding.text, 'Training error has been zero since checkpoint_1.onnx, the last checkpoint.');
  });
});

describe('stalled collapse', () => {
  const run = (...nc1: number[]) => reportOf(nc1.map((value, i) => ({ epoch: 10 * i, accuracy: 1, nc1: value })));

  it('is a fall of NC1 below a tenth over the last three checkpoints', () => {
    const finding = find(run(2, 1, 0.98, 0.95), 'collapse-stalled')!;
    assert.equal(
      plain(finding.text),
      'Training error has been zero since epoch 0, but NC1 fell by only 5 % over the last 3 checkpoints: 1.000 at epoch 10, 0.9500 at epoch 30.',
    );
    assert.equal(find(run(2, 1, 0.9, 0.8), 'collapse-stalled'), undefined);
    assert.match(find(run(2, 1, 1.2, 1.1), 'collapse-stalled')!.text, /NC1 rose by 10/);
    assert.match(find(run(1, 1, 1), 'collapse-stalled')!.text, /NC1 stayed the same/);
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
      'At epoch 1 the classifier rows of the minority classes have a mean cosine of 0.9900; 1 means that they coincide.',
    );
    assert.equal(finding.evidence['lpm.minorityCosine'], 0.99);
  });

  it('is told of rare classes that are not learned, with the figures of both', () => {
    const at = (minority: number) =>
      find(reportOf([{ epoch: 3, 'accuracy.minority': minority, 'accuracy.majority': 0.9 }]), 'minority-collapse');
    assert.equal(
      plain(at(0.25)?.text),
      "The network is right on 25 % of the minority's training samples and on 90 % of the majority's.",
    );
    assert.equal(at(0.45), undefined);
  });
});

describe('too many classes', () => {
  it('is told where K > d + 1, with the least distance to a simplex', () => {
    const finding = find(reportOf([{ epoch: 1 }], { classes: 10 }, 5), 'too-many-classes')!;
    assert.match(finding.text, /^10 classes .* in 5 dimensions, which hold at most 6/);
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
      'Training accuracy is 99 % at epoch 7 although 20 % of the labels are known to be wrong; a network that fits only the right ones would reach 80 %. On average samples with a wrong label have moved 0.7500 of the way from their true class to the class of their label.',
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
