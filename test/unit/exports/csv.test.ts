import assert from 'node:assert/strict';
import { parse } from 'csv-parse/sync';
import { reportCsv } from '../../../src/exports/csv';
import { exportFormat } from '../../../src/exports/formats';
import { hostileReport } from './sample';

describe('a report as CSV', () => {
  it('reads back as every number of the report, exactly, whatever the names are', () => {
    const report = hostileReport();
    const rows: Record<string, string>[] = parse(reportCsv(report), { columns: true });
    const expected = report.checkpoints.flatMap(({ path, epoch, metrics, layers }) => [
      ...Object.entries(metrics).map(([metric, value]) => [path, String(epoch), '', metric, value]),
      ...layers.flatMap(({ name, metrics: own }) =>
        Object.entries(own).map(([metric, value]) => [path, String(epoch), name, metric, value]),
      ),
    ]);
    assert.deepEqual(
      rows.map(({ checkpoint, epoch, layer, metric, value }) => [checkpoint, epoch, layer, metric, Number(value)]),
      expected,
    );
  });

  it('leaves the epoch empty where there is none', () => {
    const report = hostileReport();
    delete report.checkpoints[1]!.epoch;
    const rows: Record<string, string>[] = parse(reportCsv(report), { columns: true });
    assert.equal(rows.find(({ checkpoint }) => checkpoint === 'epoch_2.onnx')?.['epoch'], '');
  });
});

describe('the format of an export', () => {
  it('is told by the name of the file', () => {
    const cases = {
      'a.json': 'json',
      'A.CSV': 'csv',
      'a.html': 'html',
      'a.htm': 'html',
      'run.tfevents': 'tensorboard',
    };
    for (const [name, format] of Object.entries(cases)) assert.equal(exportFormat(`/x/${name}`), format, name);
    assert.equal(exportFormat('/x/events.out.tfevents.1700000000.host'), 'tensorboard');
    assert.equal(exportFormat('/tfevents/report.txt'), undefined);
  });
});
