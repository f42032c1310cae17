/** Saved activations: the same statistics and metrics, read from files instead of computed by a model. */
import path from 'node:path';
import { rowLength, type RowBlock } from '../formats/array';
import { drift, type DriftState } from '../metrics/drift';
import { measureAcross } from '../metrics/registry';
import { Fault } from '../protocol/faults';
import type { Plan, PlannedCheckpoint } from '../protocol/engine';
import { logitsOf, nameOf, readClassifier } from './activation-classifier';
import {
  blocks,
  blocksOf,
  dimensionOf,
  openSource,
  pooled,
  usedRows,
  withoutPrefix,
  type Source,
} from './activation-source';
import { checkpointReport } from './checkpoint-report';
import { decisions } from './feature-pass';
import type { Gram } from './gram';
import { LastLayer } from './last-layer';
import { trainingOf, type MeasuredCheckpoint } from './measure-checkpoint';
import { LayerMeasurement, shareCorrect, type Facts } from './measurement';
import { readFacts, samplesWithClass } from './sample-facts';

export interface ActivationsContext {
  plan: Plan;
  gram: Gram;
  /** Of the epoch before. */
  previous?: DriftState;
  maxSamples?: number;
  onBatch: (batch: number, batches: number) => Promise<void>;
}

/** @throws Fault that names the file, the cause and what to do */
export async function measureActivations(
  planned: PlannedCheckpoint,
  context: ActivationsContext,
): Promise<MeasuredCheckpoint> {
  const started = performance.now();
  const { plan } = context;
  const { activations } = planned;
  if (!activations) throw new Fault('E_NO_DATA', `${planned.path}: no activations were found in it.`);
  const { classes, classNames } = plan.run;
  const { used, facts: known } = await readFacts(activations, plan.run, context.maxSamples);
  const { labels } = known;
  const sources: Source[] = [];
  try {
    for (const reference of activations.layers) sources.push(await openSource(reference, plan.pooling));
    const last = sources.at(-1);
    if (!last) throw new Fault('E_NO_DATA', `${planned.path}: no activations were found in it.`);
    const classifier =
      activations.weight === undefined
        ? undefined
        : await readClassifier(activations.weight, activations.bias, classes, dimensionOf(last));
    const passes = 2 * sources.length + (classifier ? 1 : 0);
    let done = 0;
    const blocksFrom = async function* (source: Source): AsyncGenerator<RowBlock> {
      for await (const raw of usedRows(blocksOf(source), rowLength(source.info), used)) {
        await context.onBatch(++done, passes * blocks(last));
        yield pooled(raw, source);
      }
    };

    const chosen = new Int32Array(labels.length);
    let correct = 0;
    if (classifier) {
      for await (const block of blocksFrom(last)) {
        const logits = logitsOf(block, classifier, classes);
        chosen.set(decisions(logits, block.count, classes), block.start);
      }
      for (let i = 0; i < labels.length; i++) if (chosen[i] === labels[i]) correct++;
    }

    const layers: LayerMeasurement[] = [];
    for (const source of sources) {
      const penultimate = source === last;
      const layer = new LayerMeasurement(
        {
          tensor: path.basename(source.file.path) + '#' + source.info.name,
          name: withoutPrefix(source.info.name, activations.prefix),
          role: penultimate ? 'penultimate' : 'hidden',
          pooling: source.pooling,
        },
        {
          classes,
          classNames,
          gram: (values, count, d) => context.gram.of(values, count, d),
          ...(penultimate ? { last: new LastLayer(classes, known) } : {}),
        },
      );
      layers.push(layer);
      const dimension = dimensionOf(source);
      for await (const { start, count, values } of blocksFrom(source)) {
        const logits = penultimate && classifier ? logitsOf({ start, count, values }, classifier, classes) : undefined;
        const rows = labels.subarray(start, start + count);
        layer.addFirst({ start, count, values, dimension, labels: rows, ...(logits ? { logits } : {}) });
      }
      const bad = layer.nonFinite;
      if (bad) {
        throw new Fault(
          'E_NOT_FINITE',
          `${path.basename(source.file.path)}: ${source.info.name} is not finite (NaN or infinity) for sample ${bad.row}; save the activations again.`,
        );
      }
      layer.finishFirst();
      for await (const { start, count, values } of blocksFrom(source)) {
        const rows = labels.subarray(start, start + count);
        const networkArgmax = classifier ? { networkArgmax: chosen.subarray(start, start + count) } : {};
        await layer.addSecond({ start, count, values, dimension, labels: rows, ...networkArgmax });
      }
    }

    const facts: Facts = {
      ...(classifier
        ? { classifier, accuracy: shareCorrect(correct, samplesWithClass(labels)) }
        : { noClassifier: 'no classifier weights were saved with the activations' }),
      network: { unknown: 'saved activations do not tell the weights of the network' },
      training: trainingOf(plan),
    };
    const top = layers.at(-1);
    const reports = layers.map((layer, index) => {
      const next = layer === top && classifier ? { next: { rows: classes, weight: classifier.weight } } : {};
      return layer.finish(index + 1, { ...facts, ...next });
    });
    const state = top?.driftState(classifier?.weight);
    const report = checkpointReport(planned, {
      plan,
      labels,
      provider: 'none',
      started,
      layers: reports,
      ...(classifier ? { weight: classifier.weight } : {}),
      beyond: [measureAcross(reports), ...(state ? [drift(context.previous, state)] : [])],
      ...(activations.weight === undefined
        ? {}
        : {
            classifier: {
              weight: nameOf(activations.weight),
              ...(activations.bias === undefined ? {} : { bias: nameOf(activations.bias) }),
            },
          }),
      warnings: [...plan.warnings, ...layers.flatMap((layer) => layer.warnings)],
    });
    return { report, ...(state ? { state } : {}) };
  } finally {
    for (const { file } of sources) await file.close();
  }
}
