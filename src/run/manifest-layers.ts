/** The manifest's `layers` and `pooling` against what a model offers. */
import type { LayerChoice, Manifest } from '../protocol/engine';

/** Is this layer measured with what the manifest says? The penultimate one always is. */
export function isMeasured({ tensor, name, automatic, penultimate }: LayerChoice, layers: Manifest['layers']): boolean {
  if (penultimate) return true;
  if (Array.isArray(layers)) return layers.includes(tensor) || layers.includes(name);
  return layers !== 'penultimate' && automatic;
}

/**
 * What `layers` has to say for these to be measured; undefined where that is what happens without it.
 * @param all in depth order
 */
export function layersFor(all: readonly LayerChoice[], chosen: readonly LayerChoice[]): Manifest['layers'] {
  const wanted = all.filter((layer) => layer.penultimate || chosen.includes(layer));
  if (wanted.every((layer) => layer.penultimate)) return 'penultimate';
  const automatic = all.filter((layer) => isMeasured(layer, 'auto'));
  const same = wanted.length === automatic.length && wanted.every((layer, i) => layer === automatic[i]);
  return same ? undefined : wanted.map(({ tensor }) => tensor);
}
