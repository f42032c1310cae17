/** Which execution providers really run here. Each is proved by a run of its own before it is trusted. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node';
import { probeModel } from '../onnx/small-models';
import { Fault } from '../protocol/faults';
import type { ProviderChoice, ProviderName, ProviderState } from '../protocol/engine';

/** What `auto` tries, first to last. */
export function providerChain(platform: NodeJS.Platform): ProviderName[] {
  if (platform === 'win32') return ['dml', 'webgpu', 'cpu'];
  if (platform === 'darwin') return ['coreml', 'webgpu', 'cpu'];
  return ['cuda', 'webgpu', 'cpu'];
}

const ALL: readonly ProviderName[] = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml'];
const proved = new Map<ProviderName, ProviderState>();

export async function listProviders(): Promise<ProviderState[]> {
  const states: ProviderState[] = [];
  for (const name of ALL) states.push(await prove(name));
  return states;
}

/**
 * The provider that will run: the first of the chain that works, or exactly the one asked for.
 * @throws Fault E_PROVIDER where the one asked for does not run; nothing falls back in silence
 */
export async function chooseProvider(choice: ProviderChoice): Promise<ProviderState> {
  if (choice !== 'auto') {
    const state = await prove(choice);
    if (!state.available) {
      throw new Fault(
        'E_PROVIDER',
        `Execution provider ${choice} does not run here: ${state.reason}; choose auto or cpu.`,
      );
    }
    return state;
  }
  for (const name of providerChain(process.platform)) {
    const state = await prove(name);
    if (state.available) return state;
  }
  throw new Fault(
    'E_PROVIDER',
    'No execution provider runs here, not even the CPU; reinstall the extension for this platform.',
  );
}

async function prove(name: ProviderName): Promise<ProviderState> {
  const known = proved.get(name);
  if (known) return known;
  const state = await tryOut(name);
  proved.set(name, state);
  return state;
}

async function tryOut(name: ProviderName): Promise<ProviderState> {
  const backends = listSupportedBackends();
  const backend = backends.find((entry) => entry.name === name);
  if (!backend) return { name, available: false, reason: `ONNX Runtime has no ${name} for ${process.platform}` };
  if (name === 'cuda' && !cudaLibrary()) {
    return { name, available: false, reason: 'ONNX Runtime’s CUDA library is not installed' };
  }
  try {
    const session = await InferenceSession.create(probeModel(), { executionProviders: [name], logSeverityLevel: 4 });
    const x = Float32Array.of(-1.5, 0, 2.25, 1e-3);
    const { y } = await session.run({ x: new Tensor('float32', x, [x.length]) });
    const values = y?.data as Float32Array | undefined;
    await session.release();
    const right =
      values !== undefined && x.every((value, i) => Math.abs(Math.max(value, 0) - (values[i] ?? NaN)) <= 1e-6);
    return right
      ? { name, available: true, reason: 'runs' }
      : { name, available: false, reason: 'gave wrong values on a test graph' };
  } catch (error) {
    return { name, available: false, reason: reason(error) };
  }
}

/** The last sentence of what ONNX Runtime says, without its source positions. */
function reason(error: unknown): string {
  const text = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').trim();
  const known = /(No supported adapters|Failed to load shared library|backend not found)/.exec(text)?.[1];
  return known ?? text.slice(-160);
}

function cudaLibrary(): boolean {
  const root = path.dirname(require.resolve('onnxruntime-node/package.json'));
  const folder = path.join(root, 'bin', 'napi-v6', process.platform, process.arch);
  const file = process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so';
  return existsSync(path.join(folder, file));
}
