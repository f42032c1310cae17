/** Select Execution Provider: each with what it says of itself on this machine. */
import * as vscode from 'vscode';
import type { EngineClient } from '../driver/engine-client';
import type { ProviderChoice } from '../protocol/engine';
import { readSettings, writeProvider } from './settings';

const TITLES: Record<ProviderChoice, string> = {
  auto: 'Automatic',
  cpu: 'CPU',
  webgpu: 'WebGPU',
  cuda: 'CUDA (NVIDIA)',
  dml: 'DirectML (Windows)',
  coreml: 'CoreML (macOS)',
};

interface Item extends vscode.QuickPickItem {
  choice: ProviderChoice;
}

export async function selectProvider(engine: EngineClient): Promise<void> {
  const current = readSettings().provider;
  const states = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Trying execution providers') },
    () => engine.providers(),
  );
  const mark = (choice: ProviderChoice): string => (choice === current ? '$(check) ' : '');
  const items: Item[] = [
    {
      label: `${mark('auto')}${TITLES.auto}`,
      description: vscode.l10n.t('the fastest that runs here'),
      choice: 'auto',
    },
    ...states.map(({ name, available, reason }) => ({
      label: `${mark(name)}${TITLES[name]}`,
      description: available ? vscode.l10n.t('runs here') : vscode.l10n.t('does not run here: {0}', reason),
      choice: name,
    })),
  ];
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Execution provider') });
  if (picked) await writeProvider(picked.choice);
}
