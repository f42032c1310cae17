import assert from 'node:assert/strict';
import Ajv, { type AnySchema } from 'ajv';
import schema from '../../../media/schemas/report.schema.json';
import { measureGeometry } from '../../../src/geometry/measure-geometry';
import { PictureSamples } from '../../../src/engine/picture-samples';
import { measureAll } from '../../../src/metrics/registry';
import { REPORT_SCHEMA, type Report } from '../../../src/protocol/report';
import { metricInput, portableLayer } from './layer';

const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema as AnySchema);

/** A report of real numbers, with every part that a report can have. */
function example(): Report {
  const layer = portableLayer([5, 4, 3], 5, 0.2, 0.3);
  const input = metricInput(layer);
  const samples = new PictureSamples(input.statistics, { labels: layer.labels });
  samples.add({ start: 0, count: 12, values: layer.features, dimension: 5 });
  const { metrics, notApplicable } = measureAll(input);
  const hidden = measureAll({ ...input, role: 'hidden' });
  return {
    schema: REPORT_SCHEMA,
    generator: { name: 'neural-collapse-inspector', version: '0.1.0' },
    run: { path: 'run', kind: 'checkpoints', classes: 3, classNames: ['a', 'b', 'c'], loss: 'ce', weightDecay: 5e-4 },
    checkpoints: [
      {
        path: 'epoch_001.onnx',
        epoch: 1,
        split: 'train',
        samples: 12,
        classCounts: [5, 4, 3],
        provider: 'cpu',
        seconds: 0.25,
        classifier: { weight: 'fc.weight', bias: 'fc.bias', dimension: 5 },
        metrics,
        notApplicable: notApplicable ?? {},
        layers: [
          { name: 'a', tensor: '/a', depth: 1, role: 'hidden', dimension: 5, pooling: 'mean', ...hidden },
          { name: 'b', tensor: '/b', depth: 2, role: 'penultimate', dimension: 5, pooling: 'flatten', metrics },
        ],
        perClass: { 'drift.means': [0.1, null, 0.2] },
        splits: [
          {
            split: 'transfer',
            samples: 7,
            classNames: ['p', 'q'],
            classCounts: [3, 4],
            metrics,
            notApplicable: notApplicable ?? {},
            layers: [{ name: 'b', tensor: '/b', depth: 1, role: 'penultimate', dimension: 5, pooling: 'flatten', metrics }], // prettier-ignore
            warnings: [],
          },
        ],
        geometry: measureGeometry(input, samples.finish())!,
        warnings: ['Class 2 has only one sample.'],
      },
    ],
    failed: [{ path: 'epoch_002.onnx', code: 'E_TRUNCATED', message: 'epoch_002.onnx ends too early.' }],
    findings: [{ id: 'x', text: 'Something.', paper: 'papyan2020', evidence: { nc1: 0.1, from: 'epoch 1' } }],
  };
}

/** As a reader of the file gets it. */
function written(report: unknown): unknown {
  return JSON.parse(JSON.stringify(report));
}

describe('the published schema of the report', () => {
  it('accepts what the product writes', () => {
    assert.ok(validate(written(example())), JSON.stringify(validate.errors));
  });

  it('accepts a run of which nothing could be measured, and keys of later versions', () => {
    const report = { ...example(), checkpoints: [], findings: [], later: true };
    assert.ok(validate(written(report)), JSON.stringify(validate.errors));
  });

  type Checkpoint = Record<string, unknown> & { layers: Record<string, unknown>[]; metrics: Record<string, unknown> };
  const faults: [string, (report: Record<string, unknown>, checkpoint: Checkpoint) => void, RegExp][] = [
    ['another schema', (report) => (report['schema'] = 'neural-collapse/report@2'), /^\/schema /],
    ['no list of failures', (report) => delete report['failed'], /'failed'/],
    [
      'NaN, which is written as null',
      (_, checkpoint) => (checkpoint.metrics['nc1'] = Number.NaN),
      /metrics\/nc1 must be number/,
    ],
    [
      'infinity in a layer',
      (_, { layers }) => (layers[1]!['metrics'] = { nc1: Infinity }),
      /layers\/1\/metrics\/nc1 must be number/,
    ],
    ['a number as text', (_, checkpoint) => (checkpoint.metrics['nc3'] = '0.5'), /metrics\/nc3/],
    ['an unknown role', (_, { layers }) => (layers[0]!['role'] = 'output'), /layers\/0\/role/],
    ['an unknown pooling', (_, { layers }) => (layers[0]!['pooling'] = 'max'), /layers\/0\/pooling/],
    ['depth 0', (_, { layers }) => (layers[0]!['depth'] = 0), /layers\/0\/depth/],
    ['a share of a sample', (_, checkpoint) => (checkpoint['classCounts'] = [5, 4.5, 3]), /classCounts\/1/],
    ['a checkpoint without reasons', (_, checkpoint) => delete checkpoint['notApplicable'], /'notApplicable'/],
    ['an empty reason', (_, checkpoint) => (checkpoint['notApplicable'] = { nc4: '' }), /notApplicable\/nc4/],
    [
      'a geometry without reason or numbers',
      (_, checkpoint) => ((checkpoint['geometry'] as Record<string, unknown>)['means'] = {}),
      /geometry\/means/,
    ],
    ['no samples', (_, checkpoint) => (checkpoint['samples'] = 0), /samples/],
    [
      'a fault without a code',
      (report) => (report['failed'] = [{ path: 'a', code: 'truncated', message: 'b' }]),
      /failed\/0\/code/,
    ],
    [
      'evidence that is neither number nor text',
      (report) => {
        report['findings'] = [{ id: 'x', text: 'y', paper: 'z', evidence: { nc1: null } }];
      },
      /evidence\/nc1/,
    ],
  ];
  for (const [what, spoil, expected] of faults) {
    it(`rejects ${what}`, () => {
      const report = structuredClone(example()) as unknown as Record<string, unknown>;
      spoil(report, (report['checkpoints'] as Checkpoint[])[0]!);
      assert.equal(validate(written(report)), false);
      const messages = validate.errors!.map((error) => `${error.instancePath} ${error.message}`);
      assert.ok(
        messages.some((message) => expected.test(message)),
        messages.join('; '),
      );
    });
  }
});
