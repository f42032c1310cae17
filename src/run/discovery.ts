/** From a model and some folders to the data it was trained on. */
import path from 'node:path';
import { Fault } from '../protocol/faults';
import type {
  ArrayReference,
  InputSource,
  InspectRequest,
  PlannedInputs,
  Question,
  SplitSource,
  TransferSource,
} from '../protocol/engine';
import { shortReference } from '../formats/reference';
import { nameParts, splitOf } from './array-names';
import { candidatesOf, oneArray, Searcher, type Candidate, type Miss } from './candidates';
import { fitInput, wantedText } from './fit';
import { LabelReader, noSingleClass, summarise } from './label-summary';
import type { ModelFacts, ModelInputFacts } from './model-facts';
import { oneSamples, otherInputs } from './other-inputs';
import { byLikelihood, labelCount, pairChoice, pairUp, type Pair } from './pairs';

export interface Wanted {
  /** Shown in faults: the checkpoint whose input is looked at. */
  checkpoint: string;
  model: ModelFacts;
  /** The run's folder. */
  folder: string;
  request: InspectRequest;
  /** What is known of the training data, absolute; each may be absent. */
  train: SplitSource;
  test: SplitSource;
  ood?: InputSource;
  transfer?: TransferSource;
  /** Names of the classes in order, where the manifest gives them. */
  classNames?: readonly string[];
}

export type Discovered =
  | {
      kind: 'data';
      train: Pair;
      test?: Pair;
      ood?: PlannedInputs;
      /** Its classes are its own. */
      transfer?: Pair;
      /** True where files were chosen here, rather than named in full by someone. */
      chosen: boolean;
      warnings: string[];
    }
  | { kind: 'question'; question: Question };

/** Question that is asked where more than one pair of arrays fits. */
export const DATA_QUESTION = 'train-data';
const MOST_CHOICES = 30;
const MOST_MISSES = 3;

/** @throws Fault E_NO_INPUT, E_NO_DATA, E_SHAPE, E_LABEL_COUNT, E_LABEL_RANGE, E_LABELS, E_MULTILABEL, and of opening */
export async function findData(wanted: Wanted): Promise<Discovered> {
  const input = wanted.model.inputs[0];
  if (!input) {
    throw new Fault('E_NO_INPUT', `${wanted.checkpoint} takes no input, so it cannot be run on data; export it again.`);
  }
  const finder = new Finder(wanted, input);
  const { train, test } = wanted;
  const found = await finder.train();
  if (found.kind === 'question') return found;
  const { pair, others, warnings } = found;
  const complete = train.inputs !== undefined && train.labels !== undefined;
  const heldOut =
    test.inputs !== undefined ? await finder.named(test, 'test') : complete ? undefined : chooseTest(pair, others);
  const chosen = !complete || found.answered;
  const data: Discovered = {
    kind: 'data',
    train: await finder.complete(pair, train),
    ...(heldOut ? { test: await finder.complete(heldOut, test) } : {}),
    ...(wanted.ood === undefined ? {} : { ood: await finder.unlabelled(wanted.ood) }),
    ...(wanted.transfer ? { transfer: await findTransfer(wanted, input, wanted.transfer) } : {}),
    chosen,
    warnings,
  };
  return { ...data, warnings: [...warnings, ...finder.warnings] };
}

/** Data for the same model, with any number of classes. */
async function findTransfer(wanted: Wanted, input: ModelInputFacts, split: TransferSource): Promise<Pair> {
  const { checkpoint, model, folder, request, train, test } = wanted;
  const { classNames } = split;
  const own: Wanted = { checkpoint, model: { ...model, classes: undefined }, folder, request, train, test };
  const finder = new Finder(classNames ? { ...own, classNames } : own, input);
  return finder.complete(await finder.named(split, 'test'), split);
}

interface Choice {
  kind: 'pair';
  pair: Pair;
  /** The other pairs that fit. */
  others: readonly Pair[];
  answered: boolean;
  warnings: string[];
}
type Asked = { kind: 'question'; question: Question };

class Finder {
  private readonly reader: LabelReader;
  private readonly searcher = new Searcher();
  readonly warnings = new Set<string>();

  constructor(
    private readonly wanted: Wanted,
    private readonly input: ModelInputFacts,
  ) {
    this.reader = new LabelReader(wanted.model.classes, wanted.classNames);
  }

  async train(): Promise<Choice | Asked> {
    const { labels } = this.wanted.train;
    const inputs = this.samplesOf(this.wanted.train.inputs);
    if (inputs === undefined) return this.discover(labels);
    const pairs = await this.namedPairs(inputs, labels);
    return this.choose(pairs, pairs, []);
  }

  /** The one likeliest pair for references that someone gave. */
  async named(split: SplitSource, prefer: 'test'): Promise<Pair> {
    const { labels } = split;
    const inputs = this.samplesOf(split.inputs) ?? '';
    const pairs = byLikelihood(await this.namedPairs(inputs, labels));
    return pairs.find((pair) => pair.split === prefer) ?? pairs[0]!;
  }

  /** With the data of the model's other inputs, and clean labels where they were named. */
  async complete(pair: Pair, named: SplitSource): Promise<Pair> {
    if (pair.summary.multiplicity?.one === 0) {
      throw noSingleClass(pair.labels.reference);
    }
    const { others, warnings } = await otherInputs(pair.inputs, pair.samples, named.inputs, this.wanted);
    for (const warning of warnings) this.warnings.add(warning);
    const { cleanLabels = pair.cleanLabels?.reference } = named;
    const clean = cleanLabels === undefined ? undefined : await oneArray(cleanLabels);
    if (clean && clean.info.shape[0] !== pair.samples) throw labelCount(pair.inputs, clean);
    if (clean) await summarise(clean.reference, this.wanted.model.classes, this.wanted.classNames);
    return { ...pair, ...(others ? { others } : {}), ...(clean ? { cleanLabels: clean } : {}) };
  }

  /** Data without labels. */
  async unlabelled(source: InputSource): Promise<PlannedInputs> {
    const inputs = await oneSamples(this.samplesOf(source) ?? '');
    this.mustFit(inputs);
    const samples = inputs.info.shape[0] ?? 0;
    const { others } = await otherInputs(inputs, samples, source, this.wanted);
    return { inputs: inputs.reference, samples, ...(others ? { others } : {}) };
  }

  /** The reference for the input that carries the samples. */
  private samplesOf(source: InputSource | undefined): ArrayReference | undefined {
    if (source === undefined || typeof source === 'string') return source;
    const reference = source[this.input.name];
    if (reference !== undefined) return reference;
    throw new Fault(
      'E_INPUTS',
      `neural-collapse.json names data for ${Object.keys(source).join(', ')}, but not for ${this.input.name}, which carries the samples of ${this.wanted.checkpoint}; add it under inputs.`,
    );
  }

  /** @returns at least one pair */
  private async namedPairs(inputs: ArrayReference, labels: ArrayReference | undefined): Promise<Pair[]> {
    const { model } = this.wanted;
    const pool = (await candidatesOf(inputs)).arrays;
    const only = pool.length === 1 ? pool[0] : undefined;
    if (only) this.mustFit(only);
    const labelPool = labels === undefined ? await this.beside(pool, inputs) : (await candidatesOf(labels)).arrays;
    const onlyLabels = labels !== undefined && labelPool.length === 1 ? labelPool[0] : undefined;
    if (only && onlyLabels) return [await this.strict(only, onlyLabels)];
    const { pairs, faults, misses } = await pairUp(pool, labelPool, model, this.input, this.reader);
    if (pairs.length > 0) return pairs;
    const fitting = pool.find((candidate) => fitInput(candidate.info, this.input).fits);
    // A fault met with labels that were named says more than any list.
    if (fitting && onlyLabels) await this.strict(fitting, onlyLabels);
    throw pickFault(faults) ?? this.noData(misses, shortReference(inputs));
  }

  /** The arrays of the inputs' file and of its folder. */
  private async beside(pool: readonly Candidate[], inputs: ArrayReference): Promise<Candidate[]> {
    const file = pool[0]?.file;
    if (file === undefined) return [];
    const same = (await candidatesOf(file)).arrays;
    const around = (await this.searcher.search(path.dirname(file), 0)).arrays;
    return [...same, ...around.filter((candidate) => candidate.file !== file && candidate.reference !== inputs)];
  }

  private mustFit(candidate: Candidate): void {
    const fit = fitInput(candidate.info, this.input);
    if (fit.fits) return;
    throw new Fault(
      'E_SHAPE',
      `${path.basename(candidate.reference)} cannot be the input of ${this.wanted.checkpoint}: ${fit.why}; choose other data.`,
    );
  }

  private async strict(inputs: Candidate, labels: Candidate): Promise<Pair> {
    const fit = fitInput(inputs.info, this.input);
    const samples = inputs.info.shape[0] ?? 0;
    if (labels.info.shape[0] !== samples) throw labelCount(inputs, labels);
    const summary = await summarise(labels.reference, this.wanted.model.classes, this.wanted.classNames);
    const layout = fit.fits && fit.layout ? { layout: fit.layout } : {};
    return { inputs, labels, samples, summary, split: inputs.split ?? labels.split, ...layout };
  }

  /** Looks around, the nearest folder first, until something fits. */
  private async discover(labels: ArrayReference | undefined): Promise<Choice | Asked> {
    const { model } = this.wanted;
    const named = labels === undefined ? undefined : (await candidatesOf(labels)).arrays;
    const arrays: Candidate[] = [];
    const broken: Miss[] = [];
    const warnings: string[] = [];
    let last: Awaited<ReturnType<typeof pairUp>> = { pairs: [], faults: [], misses: [] };
    for (const { folder, depth, near } of this.places()) {
      const found = await this.searcher.search(folder, depth);
      arrays.push(...found.arrays);
      broken.push(...found.misses);
      if (near) {
        const telling = found.misses.flatMap(({ what, fault }) =>
          fault && !isOthersBinary(what, fault) ? [fault] : [],
        );
        warnings.push(...telling.map(({ message }) => `Passed over: ${message}`));
      }
      last = await pairUp(arrays, named ?? arrays, model, this.input, this.reader);
      const train = last.pairs.filter((pair) => pair.split !== 'test');
      if (train.length > 0) return this.choose(train, last.pairs, warnings);
      // Data of the run itself with labels that are wrong is no reason to take another run's.
      const wrong =
        near && last.pairs.length === 0 ? last.faults.find(({ code }) => TELLING.includes(code)) : undefined;
      if (wrong) throw pickFault(last.faults) ?? wrong;
    }
    // Training data that is there but cannot be read is not replaced by the test data in silence.
    const unread = broken.find(({ what }) => splitOf(...what.split(/[#/]/)) === 'train');
    if (last.pairs.length > 0 && unread) throw unread.fault ?? new Fault('E_DTYPE', unread.why);
    if (last.pairs.length > 0) {
      const warning = `Only data named as a test split was found (${path.basename(last.pairs[0]!.inputs.file)}); Neural Collapse is about training data, so name that in neural-collapse.json.`;
      return this.choose(last.pairs, last.pairs, [...warnings, warning]);
    }
    const onlyLabels = named?.length === 1 ? named[0] : undefined;
    const fitting = arrays.find((candidate) => fitInput(candidate.info, this.input).fits);
    if (onlyLabels && fitting) await this.strict(fitting, onlyLabels);
    const unreadable = arrays.length === 0 && broken.length === 1 ? broken[0]?.fault : undefined;
    throw pickFault(last.faults) ?? unreadable ?? this.noData([...last.misses, ...broken]);
  }

  /** The run's folder, its parent's own files where that is part of what may be searched, then the folders given. */
  private places(): { folder: string; depth?: number; near: boolean }[] {
    const { folder, request } = this.wanted;
    const parent = path.dirname(folder);
    const inside = request.searchFolders.some((root) => isInside(parent, root));
    return [
      { folder, near: true },
      ...(inside ? [{ folder: parent, depth: 0, near: true }] : []),
      ...request.searchFolders.map((root) => ({ folder: root, near: false })),
    ];
  }

  private choose(train: readonly Pair[], all: readonly Pair[], warnings: string[]): Choice | Asked {
    const pairs = byLikelihood(train).slice(0, MOST_CHOICES);
    const answer = this.wanted.request.answers?.[DATA_QUESTION];
    const pair = pairs.length === 1 ? pairs[0] : answer === undefined ? undefined : pairs[answer];
    if (pair)
      return { kind: 'pair', pair, others: all.filter((o) => o !== pair), answered: pairs.length > 1, warnings };
    const choices = pairs.map((one) => pairChoice(one, this.wanted.folder));
    const text = `Which data was ${path.basename(this.wanted.folder)} trained on?`;
    return { kind: 'question', question: { id: DATA_QUESTION, text, choices } };
  }

  private noData(misses: readonly Miss[], where?: string): Fault {
    const { checkpoint, model } = this.wanted;
    const classes = model.classes === undefined ? 'class labels' : `labels of ${model.classes} classes`;
    const closest = misses
      .slice(0, MOST_MISSES)
      .map(({ what, why, fault }) => (fault ? '' : `${what}: `) + why.replace(/[.;]$/, ''));
    const seen =
      closest.length > 0
        ? `Closest: ${closest.join('; ')}.`
        : 'No file of arrays and no folder of images by class was found.';
    const bound = this.searcher.exhausted ? ' Not every file was looked at: there are too many.' : '';
    return new Fault(
      'E_NO_DATA',
      `${where ?? 'No data'} ${where === undefined ? 'was found that fits' : 'does not fit'} ${checkpoint}, which wants samples of ${wantedText(this.input)} with ${classes}; put the data beside the checkpoints, or name it in neural-collapse.json or with --data and --labels. ${seen}${bound}`,
    );
  }
}

/** The test split that lies nearest to the training data: same file, same folder, anywhere; `test` before `val`. */
function chooseTest(train: Pair, others: readonly Pair[]): Pair | undefined {
  const distance = ({ inputs }: Pair): number =>
    inputs.file === train.inputs.file ? 0 : path.dirname(inputs.file) === path.dirname(train.inputs.file) ? 1 : 2;
  const plain = ({ inputs }: Pair): number =>
    nameParts(`${path.basename(inputs.file)} ${inputs.info.name}`).some((part) => /^(test|t10k)$/.test(part)) ? 0 : 1;
  const tests = others.filter(({ split, inputs }) => split === 'test' && inputs.reference !== train.inputs.reference);
  return byLikelihood(tests).sort((a, b) => distance(a) - distance(b) || plain(a) - plain(b))[0];
}

const TELLING = ['E_MULTILABEL', 'E_LABEL_RANGE', 'E_LABEL_COUNT'];

/** Files that may be anything: that one holds no arrays, or is of a kind that is not read, is told only where nothing else is found. */
function isOthersBinary(file: string, { code }: Fault): boolean {
  return (/\.bin$/i.test(file) && code === 'E_NOT_AN_ARRAY_FILE') || code === 'E_FORMAT';
}

function pickFault(faults: readonly Fault[]): Fault | undefined {
  for (const code of TELLING) {
    const fault = faults.find((one) => one.code === code);
    if (fault) return fault;
  }
  return faults[0];
}

function isInside(folder: string, root: string): boolean {
  const relative = path.relative(root, folder);
  return relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative));
}
