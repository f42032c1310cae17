/** Which pooling each layer gets: what someone asked for, else what suits its shape and fits into memory. */
import type { Anatomy } from '../onnx/anatomy';
import type { Layer } from '../onnx/layers';
import type { Plan } from '../protocol/engine';
import type { Pooling } from '../protocol/report';
import { pooledDimension } from './pooling';
import type { OutputTensor } from './session';

export interface PassLayer extends Layer {
  /** `auto` until the first batch has shown the layer's shape. */
  pooling: Pooling | 'auto';
}

/** What class statistics of one layer hold per class and feature: pivots, sums and means as float64. */
const BYTES_PER_VALUE = 24;
/** All layers together may hold this much; larger maps are averaged over their positions. */
export const STATISTICS_BYTES = 2 ** 31;

/** The layers of a checkpoint with the pooling that was asked for. */
export function pooledLayers(layers: readonly Layer[], anatomy: Anatomy, plan: Plan): PassLayer[] {
  return layers.map((layer) => {
    const penultimate = layer.role === 'penultimate';
    // The classifier itself says how it takes its features.
    if (penultimate && anatomy.head && anatomy.pooling !== 'flatten') return { ...layer, pooling: anatomy.pooling };
    const { pooling } = plan;
    const named = (name: string): Pooling | undefined =>
      typeof pooling === 'object' && Object.hasOwn(pooling, name) ? pooling[name] : undefined;
    const asked = typeof pooling === 'string' ? pooling : (named(layer.tensor) ?? named(layer.name));
    return { ...layer, pooling: asked ?? 'auto' };
  });
}

/**
 * Decides what was left open, from the shapes of the first batch.
 * @returns what a reader should know, in sentences
 */
export function settlePooling(
  layers: readonly PassLayer[],
  outputs: ReadonlyMap<string, OutputTensor>,
  classes: number,
  limit = STATISTICS_BYTES,
): string[] {
  const open: { layer: PassLayer; dims: readonly number[] }[] = [];
  let bytes = 0;
  for (const layer of layers) {
    const dims = outputs.get(layer.read.tensor)?.dims ?? [];
    if (layer.pooling === 'auto') {
      const sequence = layer.layout === 'sequence' || (dims.length === 3 && layer.layout !== 'channels-first');
      layer.pooling = sequence ? (layer.sequence ?? 'flatten') : 'flatten';
      if (dims.length >= 3) open.push({ layer, dims });
    }
    bytes += size(dims, layer.pooling, layer, classes);
  }
  const averaged: string[] = [];
  const largest = open.sort((a, b) => size(b.dims, 'flatten', b.layer, 1) - size(a.dims, 'flatten', a.layer, 1));
  for (const { layer, dims } of largest) {
    if (bytes <= limit) break;
    if (layer.pooling !== 'flatten') continue;
    bytes += size(dims, 'mean', layer, classes) - size(dims, 'flatten', layer, classes);
    layer.pooling = 'mean';
    averaged.push(layer.name);
  }
  if (averaged.length === 0) return [];
  return [
    `${averaged.join(', ')}: flattened maps of ${classes} classes would not fit into memory, so they were averaged over their positions.`,
  ];
}

function size(dims: readonly number[], pooling: Pooling, layer: Layer, classes: number): number {
  return pooledDimension(dims, pooling, layer.layout) * classes * BYTES_PER_VALUE;
}
