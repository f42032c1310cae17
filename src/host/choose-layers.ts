/** Choose Layers…: which tensors of a model are measured and how they are pooled, kept in the run's manifest. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { LayerChoice, Manifest, ModelDescription } from '../protocol/engine';
import type { Pooling } from '../protocol/report';
import { MANIFEST_NAME } from '../run/manifest';
import type { ManifestChange } from '../run/manifest-edit';
import { isMeasured, layersFor } from '../run/manifest-layers';
import { layerShape } from '../run/manifest-text';
import type { CurrentRun } from './current-run';
import { changeManifest, manifestIn } from './manifest-file';
import { describeAnyhow, modelTarget, offerInspection } from './model-target';
import { withEngine, type EngineServices } from './planning';

interface LayerItem extends vscode.QuickPickItem {
  layer: LayerChoice;
}

interface PoolingItem extends vscode.QuickPickItem {
  /** What the manifest's `pooling` becomes. */
  change: Pick<ManifestChange, 'pooling'>;
}

/** @param resource the model, where the command comes from the explorer */
export async function chooseLayers(resource: unknown, current: CurrentRun, services: EngineServices): Promise<void> {
  const target = await modelTarget(resource, current, services.log);
  if (!target) return;
  const name = path.basename(target.file);
  const found = await withEngine(vscode.l10n.t('layers of {0}', name), services, async (engine, _, stop) => {
    const manifest = await manifestIn(target.folder);
    return { manifest, model: await describeAnyhow(engine, target.file, manifest.model ?? {}, stop.signal) };
  });
  if (!found) return;
  const { manifest, model } = found;
  const chosen = await pickLayers(model, manifest, name);
  if (!chosen) return;
  const pooling = await pickPooling(manifest.pooling);
  if (!pooling) return;
  const layers = layersFor(model.layers, chosen);
  try {
    await changeManifest(target.folder, { layers, ...pooling.change });
  } catch (error) {
    void services.log.report(error);
    return;
  }
  offerInspection(`${told(layers)} (${MANIFEST_NAME} in ${path.basename(target.folder)}).`, target);
}

async function pickLayers(
  { layers }: ModelDescription,
  manifest: Manifest,
  name: string,
): Promise<LayerChoice[] | undefined> {
  const items = layers.map((layer): LayerItem => {
    const words = [
      layerShape(layer),
      layer.penultimate ? vscode.l10n.t('always measured') : layer.automatic ? vscode.l10n.t('automatic') : '',
    ];
    return {
      layer,
      label: layer.name,
      description: words.filter((word) => word !== '').join(' · '),
      detail: layer.tensor,
      picked: isMeasured(layer, manifest.layers),
    };
  });
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Layers of {0}, from input to output', name),
    placeHolder: vscode.l10n.t('Pick the layers to measure'),
    canPickMany: true,
    matchOnDescription: true,
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  return picked?.map(({ layer }) => layer);
}

const poolings = (): { pooling: Pooling; label: string; description: string }[] => [
  {
    pooling: 'flatten',
    label: vscode.l10n.t('Flatten'),
    description: vscode.l10n.t('all values of the layer’s output'),
  },
  {
    pooling: 'mean',
    label: vscode.l10n.t('Mean over positions'),
    description: vscode.l10n.t('one value a channel or feature'),
  },
  {
    pooling: 'token',
    label: vscode.l10n.t('Class token'),
    description: vscode.l10n.t('the first position of a sequence'),
  },
];

async function pickPooling(written: Manifest['pooling']): Promise<PoolingItem | undefined> {
  const mark = (is: boolean): string => (is ? '$(check) ' : '');
  const automatic: PoolingItem = {
    label: mark(written === undefined) + vscode.l10n.t('Automatic'),
    description: vscode.l10n.t('maps flattened, sequences as the network itself takes them'),
    change: { pooling: undefined },
  };
  const same = poolings().map(({ pooling, label, description }): PoolingItem => {
    return { label: mark(written === pooling) + label, description, change: { pooling } };
  });
  const items = [automatic, ...same];
  if (typeof written === 'object') {
    const description = vscode.l10n.t('as {0} says', MANIFEST_NAME);
    items.unshift({ label: mark(true) + vscode.l10n.t('By Layer'), description, change: {} });
  }
  return vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Pooling: how a layer’s output becomes one vector a sample'),
    ignoreFocusOut: true,
  });
}

function told(layers: Manifest['layers']): string {
  if (layers === undefined) return vscode.l10n.t('The automatic layers are measured from now on');
  if (layers === 'penultimate') return vscode.l10n.t('Only the penultimate layer is measured from now on');
  return vscode.l10n.t('{0} layers are measured from now on', layers.length);
}
