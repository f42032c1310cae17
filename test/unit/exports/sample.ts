/** A report whose names try every format's quoting. */
import type { Report } from '../../../src/protocol/report';
import { sampleCheckpoint, sampleReport } from '../webview/sample-report';

export const HOSTILE = '</script><script>document.title="owned"</script><!--, "quoted"\n\ttwo';

export function hostileReport(): Report {
  const report = sampleReport([sampleCheckpoint(0, 8), sampleCheckpoint(2, 0.1), sampleCheckpoint(300, 1 / 3)]);
  report.run.path = HOSTILE;
  report.checkpoints[0]!.path = HOSTILE;
  for (const { layers } of report.checkpoints) layers[0]!.name = HOSTILE;
  return report;
}
