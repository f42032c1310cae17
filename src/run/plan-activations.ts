/** The plan of a run of saved activations. */
import path from 'node:path';
import { resolveReference } from '../formats/reference';
import { Fault } from '../protocol/faults';
import type { Manifest, Plan, PlanResult } from '../protocol/engine';
import { findActivations } from './activations';
import { findCheckpoints } from './checkpoints';
import { labelNoise } from './label-noise';
import { resolveActivations } from './manifest';
import { measuring, minorityOf, runFacts, tasksOf, type Context } from './plan-context';
import { rememberedActivations } from './plan-memory';
import { labelNotes, namesOf } from './plan-notes';

/** @throws Fault of finding and reading */
export async function planActivations(context: Context): Promise<PlanResult> {
  const { request, target, isFolder, folder, manifest } = context;
  const parts = Object.keys({ ...request.model });
  if (parts.length > 0) {
    throw new Fault(
      'E_OVERRIDE',
      `${path.basename(target)} is saved activations, and ${parts.join(', ')} name parts of an ONNX model; name layers, weight and bias under activations in neural-collapse.json.`,
    );
  }
  const written = manifest?.manifest ?? {};
  const source = manifest ? resolveActivations(path.dirname(manifest.path), written.activations) : {};
  const here = process.cwd();
  const asked = request.labels === undefined ? {} : { labels: resolveReference(here, request.labels) };
  const files = written.checkpoints === undefined ? [] : await findCheckpoints(folder, written);
  const named = { ...source, ...asked, files: files.map(({ file }) => file) };
  const found = await findActivations(target, isFolder, named, request, written.classNames);
  if (found.kind === 'question') return found;
  const { checkpoints, classes, summary } = found;
  const labels = checkpoints[0]?.activations?.labels ?? '';
  const { classNames, warning } = namesOf(classes, written.classNames, summary);
  const warnings = [
    ...(manifest?.warnings ?? []),
    ...(warning ? [warning] : []),
    ...labelNotes({ summary, labels: { reference: labels } }, written.classNames),
    ...found.warnings,
    ...forModels(written),
  ];
  const remember =
    found.answered && checkpoints.length === 1 ? rememberedActivations(folder, checkpoints[0]!) : undefined;
  const clean = checkpoints[0]?.activations?.cleanLabels;
  const noise = clean === undefined ? undefined : await labelNoise(labels, clean, classes, written.classNames);
  const plan: Plan = {
    run: {
      ...runFacts(context, 'activations', classes, classNames),
      ...(noise === undefined ? {} : { labelNoise: noise }),
    },
    folder,
    checkpoints,
    model: {},
    preprocess: {},
    ...minorityOf(context, classNames),
    ...tasksOf(context, classNames),
    ...measuring(context),
    warnings,
    ...(manifest ? { manifest: manifest.path } : {}),
    ...(remember ? { remember } : {}),
  };
  return { kind: 'plan', plan };
}

/** Keys that name data for a model to run on. */
function forModels(written: Manifest): string[] {
  const named = (['test', 'transfer', 'ood'] as const).filter((key) => written[key] !== undefined);
  if (named.length === 0) return [];
  return [
    `neural-collapse.json names ${named.join(', ')}, which is data for a model; of saved activations name the features under activations.${named[0]} instead.`,
  ];
}
