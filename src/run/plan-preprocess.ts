/** How a run's samples become model input: as the manifest says, else as a file beside the model says. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Preprocess } from '../protocol/engine';
import { parsePreprocessorConfig } from './preprocessor-config';

const CONFIG = 'preprocessor_config.json';

/**
 * @param folder of the checkpoints; exporters put them into a folder of their own below the configuration
 * @throws Fault E_PREPROCESS where the file says what cannot be done
 */
export async function preprocessOf(
  folder: string,
  written: Preprocess | undefined,
): Promise<{ preprocess: Preprocess; warnings: string[] }> {
  const decided = { ...written };
  const { layout, ...rest } = decided;
  if (Object.keys(rest).length > 0) return { preprocess: decided, warnings: [] };
  for (const place of [folder, ...(path.basename(folder) === 'onnx' ? [path.dirname(folder)] : [])]) {
    const text = await readFile(path.join(place, CONFIG), 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const preprocess = { ...parsePreprocessorConfig(text, CONFIG), ...(layout === undefined ? {} : { layout }) };
    return { preprocess, warnings: [`Samples are preprocessed as ${CONFIG} says: ${described(preprocess)}.`] };
  }
  return { preprocess: decided, warnings: [] };
}

function described({ resize, crop, interpolation, scale, mean, std }: Preprocess): string {
  const size = (value: number | [number, number]): string =>
    typeof value === 'number' ? String(value) : value.join('×');
  const parts = [
    ...(resize === undefined ? [] : [`resize to ${size(resize)}${interpolation ? ` (${interpolation})` : ''}`]),
    ...(crop === undefined ? [] : [`crop to ${size(crop)}`]),
    ...(scale === undefined ? [] : [`scale by ${Number(scale.toPrecision(6))}`]),
    ...(mean === undefined ? [] : [`mean ${mean.join(', ')}`]),
    ...(std === undefined ? [] : [`std ${std.join(', ')}`]),
  ];
  return parts.join('; ');
}
