/** A first manifest for a run: what was detected as keys, everything else as comments to be filled in. */
import type { LayerChoice, Manifest, ModelDescription, Plan } from '../protocol/engine';
import { detectedManifest, patternOf } from './manifest-detected';
import { formatValue, PLAIN } from './manifest-format';

export interface ManifestDraft {
  /** Made without a manifest; absent where no data was found. */
  plan?: Plan;
  /** Names of the files in the manifest's folder. */
  names: readonly string[];
  /** Of one of the checkpoints, by its file's name. */
  model?: { file: string; description: ModelDescription };
}

/**
 * The text of a `neural-collapse.json` with comments. It is valid, and planning with it gives the plan it was made of.
 * The last key is one that is always there, so that the comma behind any other may stay when its comment is opened.
 */
export function manifestText({ plan, names, model }: ManifestDraft): string {
  const found = plan ? detectedManifest(plan, names) : undetected(names);
  const text = new ManifestWriter();
  text.comment('A run for Neural Collapse Inspector. Every key is optional; remove the // in front of one to use it.');
  text.comment('Paths are relative to this file; file#name is one array of a file that holds several.');
  text.open();
  const isActivations = plan?.run.kind === 'activations';
  writeFiles(text, found, isActivations);
  if (!isActivations) writeData(text, found, plan);
  writeTraining(text, found, plan);
  if (!isActivations && model) writeModel(text, found, model.description);
  if (isActivations && found.activations) {
    text.section('Saved activations, instead of checkpoints: layers in depth order, the last one penultimate.');
    if (found.checkpoints !== undefined) text.comment("#name is an array of each epoch's own file.");
    text.last('activations', found.activations);
  } else writeLayers(text, model);
  return text.close();
}

function undetected(names: readonly string[]): Manifest {
  const models = names.filter((name) => /\.onnx$/i.test(name));
  return models.length > 0 ? { checkpoints: patternOf(models, names) } : {};
}

function writeFiles(text: ManifestWriter, { checkpoints }: Manifest, isActivations: boolean): void {
  if (checkpoints !== undefined || !isActivations) {
    text.section('Which files are checkpoints: * is any text, {a,b} is either.');
    text.either('checkpoints', checkpoints, '*.onnx');
    text.comment('Their order: "name", or a list of all file names. Without it: by the epoch in the name.');
    text.example('order', 'name');
  }
}

function writeData(text: ManifestWriter, { train, test, ood, preprocess }: Manifest, plan: Plan | undefined): void {
  const count = (samples: number | undefined): string => (samples === undefined ? '' : ` (${samples} samples)`);
  text.section(`The data the model was trained on: Neural Collapse is measured on it${count(plan?.train?.samples)}.`);
  text.either('train', train, { inputs: 'train.npz#x', labels: 'train.npz#y' });
  text.comment(`Held-out data, for accuracy on samples that the model has not seen${count(plan?.test?.samples)}.`);
  text.either('test', test, { inputs: 'test.npz#x', labels: 'test.npz#y' });
  text.comment('Samples of no class of the training data (out of distribution).');
  text.either('ood', ood, { inputs: 'other.npz#x' });
  text.section('How stored samples become model input: (x·scale − mean)/std, per channel.');
  text.comment('Without it, 8-bit images are scaled by 1/255; everything else is taken as it is.');
  if (preprocess) {
    text.key('preprocess', preprocess);
    text.comment('It may also hold scale, mean and std; for folders of images resize and crop.');
  } else {
    text.example('preprocess', { scale: 1 / 255, mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] });
    text.comment('For folders of images also, as in torchvision:');
    text.example('preprocess', { resize: 256, crop: 224, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] });
  }
}

function writeTraining(text: ManifestWriter, { classNames }: Manifest, plan: Plan | undefined): void {
  text.section('The loss it was trained with: ce, label-smoothing, focal, mse or pick-all-labels.');
  text.example('loss', 'ce');
  text.comment('The weight decay, as the optimiser was given it.');
  text.example('weightDecay', 0.0005);
  const count = plan ? ` (there are ${plan.run.classes})` : '';
  text.comment(`Names of the classes, in the order of their numbers from 0${count}.`);
  text.either('classNames', classNames, ['first', 'second']);
}

function writeModel(
  text: ManifestWriter,
  { model }: Manifest,
  { features, weight, output, noClassifier }: ModelDescription,
): void {
  text.section('Parts of the model, by the names of tensors in its graph; needed only where these are wrong.');
  if (noClassifier !== undefined) text.comment(`No classifier was found: ${noClassifier}.`);
  const detected = { penultimate: features, ...(weight === undefined ? {} : { weight }), logits: output };
  if (model) text.key('model', model);
  else text.example('model', detected);
}

function writeLayers(text: ManifestWriter, model: ManifestDraft['model']): void {
  text.section('How a layer becomes one vector a sample: "flatten", "mean" over positions, or the first "token".');
  text.comment('Without it: maps are flattened; sequences are taken as the network itself takes them.');
  text.example('pooling', 'flatten');
  text.section('Which layers are measured: "auto", "penultimate", or a list of tensors.');
  const automatic = model?.description.layers.filter((layer) => layer.automatic) ?? [];
  if (model && automatic.length > 0) {
    text.comment(`In ${model.file} these are automatic (Choose Layers… shows all):`);
    const columns = automatic.map((layer) => [JSON.stringify(layer.tensor), layer.name, layerShape(layer)] as const);
    const width = (column: 0 | 1): number => Math.max(...columns.map((row) => row[column].length));
    for (const [tensor, name, shape] of columns) {
      text.comment(`  ${tensor.padEnd(width(0))}  ${name.padEnd(width(1))}  ${shape}`.trimEnd());
    }
  }
  text.last('layers', 'auto');
}

/** `batch×64×28×28`; empty where the shape is not known. */
export function layerShape({ shape }: Pick<LayerChoice, 'shape'>): string {
  return shape ? ['batch', ...shape.slice(1)].join('×') : '';
}

/** Lines of an object with comments: every key with a comma behind it but the last. */
class ManifestWriter {
  private readonly lines: string[] = [];
  private indent = '';

  open(): void {
    this.lines.push('{');
    this.indent = PLAIN.unit;
  }

  close(): string {
    return `${[...this.lines, '}'].join('\n')}\n`;
  }

  /** A comment with space above it. */
  section(comment: string): void {
    if (this.lines.at(-1) !== '{') this.lines.push('');
    this.comment(comment);
  }

  /** One line, whatever characters a name in it has. */
  comment(words: string): void {
    // eslint-disable-next-line no-control-regex -- these would end the comment
    this.lines.push(`${this.indent}// ${words.replace(/[\u0000-\u001f\u0085\u2028\u2029]+/g, ' ')}`);
  }

  key(name: keyof Manifest, value: unknown): void {
    this.lines.push(`${this.property(name, value)},`);
  }

  last(name: keyof Manifest, value: unknown): void {
    this.lines.push(this.property(name, value));
  }

  example(name: keyof Manifest, value: unknown): void {
    const lines = `${this.property(name, value)},`.split('\n');
    this.lines.push(...lines.map((line) => `${this.indent}// ${line.slice(this.indent.length)}`));
  }

  either(name: keyof Manifest, value: unknown, example: unknown): void {
    if (value === undefined) this.example(name, example);
    else this.key(name, value);
  }

  private property(name: string, value: unknown): string {
    const start = `${this.indent}${JSON.stringify(name)}: `;
    return start + formatValue(value, this.indent, start.length);
  }
}
