import * as vscode from 'vscode';
import { PROVIDER_CHOICES, type ProviderChoice } from '../protocol/engine';

const SECTION = 'neuralCollapse';

export interface Settings {
  provider: ProviderChoice;
  /** 0 = chosen by the engine. */
  batchSize: number;
  /** 0 = all. */
  maxSamples: number;
}

export function readSettings(): Settings {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  const provider = configuration.get<string>('provider', 'auto');
  return {
    provider: PROVIDER_CHOICES.find((choice) => choice === provider) ?? 'auto',
    batchSize: whole(configuration.get('batchSize', 0)),
    maxSamples: whole(configuration.get('maxSamples', 0)),
  };
}

export async function writeProvider(provider: ProviderChoice): Promise<void> {
  await vscode.workspace.getConfiguration(SECTION).update('provider', provider, vscode.ConfigurationTarget.Global);
}

function whole(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 1 ? Math.floor(value) : 0;
}
