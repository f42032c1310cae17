/** A small report with known numbers: three checkpoints, two layers. */
import { REPORT_SCHEMA, type CheckpointReport, type Report } from '../../../src/protocol/report';

export function sampleCheckpoint(
  epoch: number | undefined,
  nc1: number,
  path = `epoch_${epoch}.onnx`,
): CheckpointReport {
  return {
    path,
    ...(epoch === undefined ? {} : { epoch }),
    split: 'train',
    samples: 30,
    classCounts: [10, 10, 10],
    provider: 'cpu',
    seconds: 0.1,
    metrics: { nc1, accuracy: 0.9, nc4: 0 },
    notApplicable: { nc3: 'no classifier was found' },
    layers: [
      {
        name: 'features.1 Relu',
        tensor: 'a',
        depth: 1,
        role: 'hidden',
        dimension: 8,
        pooling: 'flatten',
        metrics: { 'nc1.traceRatio': nc1 * 4, 'ncc.accuracy': 0.5 },
      },
      {
        name: 'features.3 Relu',
        tensor: 'b',
        depth: 2,
        role: 'penultimate',
        dimension: 4,
        pooling: 'flatten',
        metrics: { nc1, 'nc1.traceRatio': nc1 * 2, 'ncc.accuracy': 0.8 },
      },
    ],
    warnings: [],
  };
}

export function sampleReport(checkpoints: CheckpointReport[]): Report {
  return {
    schema: REPORT_SCHEMA,
    generator: { name: 'test', version: '0' },
    run: { path: 'sample', kind: 'checkpoints', classes: 3, classNames: ['a', 'b', 'c'] },
    checkpoints,
    failed: [],
    findings: [],
  };
}
