/** Override Model Parts…: penultimate features, classifier and logits, where what is detected is not what is meant. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { ModelDescription, ModelOverrides } from '../protocol/engine';
import { asFault, Fault } from '../protocol/faults';
import { MANIFEST_NAME } from '../run/manifest';
import { layerShape } from '../run/manifest-text';
import type { CurrentRun } from './current-run';
import { changeManifest, manifestIn } from './manifest-file';
import { describeAnyhow, modelTarget, offerInspection, type ModelTarget } from './model-target';
import { withEngine, type EngineServices } from './planning';

interface PartItem extends vscode.QuickPickItem {
  part: 'penultimate' | 'weight' | 'logits' | 'none';
}

/** @param resource the model, where the command comes from the explorer */
export async function overrideModel(resource: unknown, current: CurrentRun, services: EngineServices): Promise<void> {
  const target = await modelTarget(resource, current, services.log);
  if (!target) return;
  const name = path.basename(target.file);
  const found = await withEngine(vscode.l10n.t('parts of {0}', name), services, async (engine, _, stop) => {
    const written = (await manifestIn(target.folder)).model ?? {};
    return {
      written,
      detected: await describeAnyhow(engine, target.file, written, stop.signal).catch(nothingDetected),
    };
  });
  if (!found) return;
  let changed: ModelOverrides | undefined;
  try {
    changed = await ask(found.written, found.detected, name, (tried) => refusal(services, target, tried));
    if (!changed) return;
    await changeManifest(target.folder, { model: Object.keys(changed).length === 0 ? undefined : changed });
  } catch (error) {
    void services.log.report(error);
    return;
  }
  const said = Object.entries(changed).map(([part, tensor]) => `${part} ${tensor}`);
  const what =
    said.length === 0
      ? vscode.l10n.t('The model’s parts are detected again')
      : vscode.l10n.t('Taken from now on: {0}', said.join(', '));
  offerInspection(`${what} (${MANIFEST_NAME} in ${path.basename(target.folder)}).`, target);
}

/** A model whose parts cannot be found is the one that needs overrides: their names can be typed. */
function nothingDetected(error: unknown): ModelDescription | undefined {
  if (error instanceof Fault && error.code === 'E_NO_HEAD') return undefined;
  throw error;
}

/** Says why a model cannot be read with these overrides. */
type Refusal = (overrides: ModelOverrides) => Promise<string | undefined>;

async function refusal(
  { engines }: EngineServices,
  { file }: ModelTarget,
  model: ModelOverrides,
): Promise<string | undefined> {
  const location = vscode.ProgressLocation.Window;
  const title = vscode.l10n.t('Reading {0}', path.basename(file));
  return vscode.window.withProgress({ location, title }, () =>
    engines
      .use((engine) => engine.describe({ file, model }))
      .then(
        () => undefined,
        (error: unknown) => asFault(error).message,
      ),
  );
}

/** @returns all overrides with the one that was changed; undefined where the person turned away */
async function ask(
  model: ModelOverrides,
  detected: ModelDescription | undefined,
  name: string,
  refused: Refusal,
): Promise<ModelOverrides | undefined> {
  const part = await pickPart(model, detected, name);
  switch (part) {
    case undefined:
      return undefined;
    case 'none':
      return {};
    case 'weight':
      return askClassifier(model, detected, refused);
    case 'penultimate':
      return detected
        ? askOne(model, part, layerItems(detected), refused)
        : typed({ ...model }, part, vscode.l10n.t('Name of the tensor that the classifier reads'), refused);
    case 'logits':
      return askOne(
        model,
        part,
        (detected?.outputs ?? []).map((label) => ({ label, tensor: label })),
        refused,
      );
  }
}

async function pickPart(
  model: ModelOverrides,
  detected: ModelDescription | undefined,
  name: string,
): Promise<PartItem['part'] | undefined> {
  const now = (chosen: string | undefined, found: string | undefined): string =>
    chosen !== undefined ? vscode.l10n.t('{0} (chosen)', chosen) : (found ?? vscode.l10n.t('not found'));
  const items: PartItem[] = [
    {
      part: 'penultimate',
      label: vscode.l10n.t('Penultimate features'),
      description: now(model.penultimate, detected?.features),
    },
    {
      part: 'weight',
      label: vscode.l10n.t('Classifier weight and bias'),
      description: now(model.weight, detected?.weight),
      ...(detected?.noClassifier === undefined ? {} : { detail: detected.noClassifier }),
    },
  ];
  if (detected)
    items.push({ part: 'logits', label: vscode.l10n.t('Logits'), description: now(model.logits, detected.output) });
  if (Object.keys(model).length > 0) {
    items.push({
      part: 'none',
      label: vscode.l10n.t('Detect everything again'),
      description: vscode.l10n.t('forget what was chosen'),
    });
  }
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Parts of {0}', name),
    ignoreFocusOut: true,
  });
  return picked?.part;
}

interface TensorItem extends vscode.QuickPickItem {
  tensor: string;
}

function layerItems({ layers }: ModelDescription): TensorItem[] {
  // The penultimate layer is mostly one of the last.
  return layers.toReversed().map((layer) => ({
    label: layer.name,
    description: layerShape(layer),
    detail: layer.tensor,
    tensor: layer.tensor,
  }));
}

/** Asks again, with the reason, as long as the model cannot be read with what was picked. */
async function askOne(
  model: ModelOverrides,
  part: 'penultimate' | 'logits',
  items: TensorItem[],
  refused: Refusal,
): Promise<ModelOverrides | undefined> {
  let placeHolder =
    part === 'logits'
      ? vscode.l10n.t('The output that holds the logits')
      : vscode.l10n.t('The tensor that the classifier reads');
  for (;;) {
    const title = part === 'logits' ? vscode.l10n.t('Logits') : vscode.l10n.t('Penultimate features');
    const options = { title, placeHolder, matchOnDescription: true, matchOnDetail: true, ignoreFocusOut: true };
    const picked = await vscode.window.showQuickPick(items, options);
    if (!picked) return undefined;
    const changed = { ...model, [part]: picked.tensor };
    const why = await refused(changed);
    if (why === undefined) return changed;
    placeHolder = why;
  }
}

async function askClassifier(
  model: ModelOverrides,
  detected: ModelDescription | undefined,
  refused: Refusal,
): Promise<ModelOverrides | undefined> {
  const start = { ...model, weight: model.weight ?? detected?.weight ?? '' };
  // The old bias need not belong to the new weight: it is asked for again.
  delete start.bias;
  const withWeight = await typed(
    start,
    'weight',
    vscode.l10n.t('Name of the constant tensor W of the classifier, K×d or d×K'),
    refused,
  );
  if (!withWeight) return undefined;
  const withBias = { ...withWeight, ...(model.bias === undefined ? {} : { bias: model.bias }) };
  return typed(
    withBias,
    'bias',
    vscode.l10n.t('Name of the constant tensor b of the classifier; empty where it has none'),
    refused,
  );
}

/** Asks for a name until the model can be read with it; `bias` may be left empty. */
async function typed(
  model: ModelOverrides,
  part: 'penultimate' | 'weight' | 'bias',
  prompt: string,
  refused: Refusal,
): Promise<ModelOverrides | undefined> {
  const { [part]: before = '', ...others } = model;
  let value = before;
  let wrong: { value: string; why: string } | undefined;
  for (;;) {
    const entered = await vscode.window.showInputBox({
      title: {
        penultimate: vscode.l10n.t('Penultimate features'),
        weight: vscode.l10n.t('Classifier weight'),
        bias: vscode.l10n.t('Classifier bias'),
      }[part],
      prompt,
      value,
      ignoreFocusOut: true,
      validateInput: (text) => {
        if (text.trim() === '' && part !== 'bias') return vscode.l10n.t('Give the name of a tensor.');
        return text.trim() === wrong?.value ? wrong.why : undefined;
      },
    });
    if (entered === undefined) return undefined;
    value = entered.trim();
    const changed = value === '' ? others : { ...others, [part]: value };
    const why = await refused(changed);
    if (why === undefined) return changed;
    wrong = { value, why };
  }
}
