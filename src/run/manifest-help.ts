/** What there is to say of a manifest's keys beyond its schema: what holds without them, and the papers they touch. */
import { getLocation } from 'jsonc-parser/lib/esm/main.js';

export interface KeyHelp {
  /** `train.labels` */
  key: string;
  /** What holds without the key, for people. */
  without: string;
  /** Keys of papers, each with what it has to do with the key or the value that stands there. */
  papers: { paper: string; about: string }[];
  /** The key, or its value where the pointer is on that. */
  offset: number;
  length: number;
}

interface Known {
  without: string;
  papers?: Record<string, string>;
}

const KEYS: Readonly<Record<string, Known>> = {
  $schema: { without: 'the extension’s own schema' },
  checkpoints: { without: '*.onnx' },
  order: { without: 'by the epoch in the file name' },
  train: {
    without: 'looked for near the checkpoints, by shape',
    papers: { papyan2020: 'collapse is about training data' },
  },
  'train.inputs': { without: 'looked for near the checkpoints, by shape' },
  'train.labels': { without: 'looked for beside the inputs' },
  'train.cleanLabels': {
    without: 'looked for beside the labels',
    papers: { nguyen2022: 'memorisation and dilation of wrong labels' },
  },
  test: {
    without: 'looked for near the training data',
    papers: { papyan2020: 'nearest-class-centre decisions on test data' },
  },
  'test.inputs': { without: 'looked for near the training data' },
  'test.labels': { without: 'looked for beside the inputs' },
  ood: { without: 'none', papers: { ammar2024: 'how samples of no class lie to the class means' } },
  'ood.inputs': { without: 'none', papers: { ammar2024: 'how samples of no class lie to the class means' } },
  transfer: { without: 'none', papers: { galanti2021: 'how collapse carries over to other classes' } },
  'transfer.inputs': { without: 'none' },
  'transfer.labels': { without: 'looked for beside the inputs' },
  'transfer.classNames': { without: 'the numbers, or the texts of text labels' },
  model: { without: 'detected from the graph' },
  'model.penultimate': { without: 'detected: what the classifier reads' },
  'model.weight': { without: 'detected from the graph' },
  'model.bias': { without: 'detected from the graph' },
  'model.logits': { without: 'detected; asked where several outputs could be meant' },
  preprocess: { without: '8-bit images scaled by 1/255, everything else as it is' },
  'preprocess.scale': { without: '1/255 for 8-bit images, else 1' },
  'preprocess.mean': { without: '0' },
  'preprocess.std': { without: '1' },
  'preprocess.layout': { without: 'by shape' },
  'preprocess.resize': { without: 'the model’s input size' },
  'preprocess.crop': { without: 'no crop' },
  'preprocess.interpolation': { without: 'bilinear' },
  loss: {
    without: 'not known; measures that depend on it do not apply',
    papers: { zhou2022b: 'which losses have collapsed solutions' },
  },
  weightDecay: {
    without: 'not known; measures that depend on it do not apply',
    papers: {
      zhu2021: 'collapse under weight decay on features and classifier',
      ji2022: 'collapse without any weight decay',
    },
  },
  minority: {
    without: 'classes with less than half the samples of the largest',
    papers: { fang2021: 'minority collapse' },
  },
  tasks: { without: 'all classes are learned together' },
  metrics: { without: 'every metric' },
  classNames: { without: 'the numbers, or the texts of text labels' },
  layers: {
    without: '"auto"',
    papers: { papyan2020: 'the penultimate layer', hesu2023: 'the law of separation across layers' },
  },
  pooling: { without: 'maps flattened, sequences as the network takes them' },
  activations: { without: 'found by name and shape' },
  'activations.layers': { without: 'found by name and shape' },
  'activations.labels': { without: 'found by name and shape' },
  'activations.cleanLabels': { without: 'found by name', papers: { nguyen2022: 'memorisation of wrong labels' } },
  'activations.weight': { without: 'found by name and shape' },
  'activations.bias': { without: 'found by name and shape' },
  'activations.test': { without: 'none', papers: { papyan2020: 'nearest-class-centre decisions on test data' } },
  'activations.transfer': { without: 'none', papers: { galanti2021: 'how collapse carries over to other classes' } },
  'activations.ood': { without: 'none', papers: { ammar2024: 'how samples of no class lie to the class means' } },
};

const LOSSES: Readonly<Record<string, Record<string, string>>> = {
  ce: { lu2022: 'cross-entropy', ji2022: 'cross-entropy without weight decay' },
  'label-smoothing': { zhou2022b: 'label smoothing', nguyen2022: 'label smoothing under label noise' },
  focal: { zhou2022b: 'focal loss' },
  mse: { mixon2022: 'squared loss', han2022: 'squared loss, central path', zhou2022a: 'landscape of the squared loss' },
  'pick-all-labels': { li2024: 'pick-all-labels' },
};

/** The keys that have help, as `train.labels`. */
export const HELPED_KEYS: readonly string[] = Object.keys(KEYS);

/** @param offset of the pointer in the text of a manifest. Undefined where no known key or value of one stands there. */
export function keyHelp(text: string, offset: number): KeyHelp | undefined {
  const { path, previousNode } = getLocation(text, offset);
  if (!previousNode || offset > previousNode.offset + previousNode.length) return undefined;
  const names = path.filter((part) => typeof part === 'string');
  const key = names.join('.');
  const known = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
  if (!known) return undefined;
  const value: unknown = previousNode.value;
  const ofLoss =
    key === 'loss' && typeof value === 'string' && Object.hasOwn(LOSSES, value) ? LOSSES[value] : undefined;
  const papers = Object.entries(ofLoss ?? known.papers ?? {}).map(([paper, about]) => ({ paper, about }));
  return { key, without: known.without, papers, offset: previousNode.offset, length: previousNode.length };
}
