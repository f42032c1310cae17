/**
 * CIFAR-10 and CIFAR-100, binary version (www.cs.toronto.edu/~kriz/cifar.html): records of one label (two for
 * CIFAR-100: coarse, fine) and 3×32×32 pixels, channel by channel. Nothing in the files says so but their names.
 */
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../protocol/faults';
import type { ArrayInfo } from './array';
import { ArrayCollection, type ArraySource } from './array-file';
import { fileBytes } from './bytes';
import { concatenated } from './concatenated';
import type { FileFormat, FolderFormat, OpenedFile } from './format';
import { stridedRows } from './strided';

const PIXELS = 3 * 32 * 32;
/** Records whose labels are looked at before the file is believed to be what its name says. */
const CHECKED = 100;

interface Kind {
  /** Name and number of classes of each label, in their order in a record. */
  labels: readonly { name: string; classes: number }[];
  /** Files of each split, in order. */
  train: readonly string[];
  test: readonly string[];
}

const CIFAR10: Kind = {
  labels: [{ name: 'y', classes: 10 }],
  train: [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`),
  test: ['test_batch.bin'],
};

const CIFAR100: Kind = {
  labels: [
    { name: 'y_coarse', classes: 20 },
    { name: 'y_fine', classes: 100 },
  ],
  train: ['train.bin'],
  test: ['test.bin'],
};

function recordBytes({ labels }: Kind): number {
  return labels.length + PIXELS;
}

/** By name, by size, and by the first record's labels: other programs call their files train.bin too. */
function kindOf({ base, size, head }: Pick<OpenedFile, 'base' | 'size' | 'head'>): Kind | undefined {
  const kind = [CIFAR10, CIFAR100].find(({ train, test }) => [...train, ...test].includes(base));
  if (!kind || size === 0 || size % recordBytes(kind) !== 0) return undefined;
  return kind.labels.every(({ classes }, at) => (head[at] ?? 0) < classes) ? kind : undefined;
}

export const cifarFile: FileFormat = {
  matches: (file) => kindOf(file) !== undefined,
  open: async (file) => {
    const kind = kindOf(file) ?? CIFAR10;
    const sources = await sourcesOf(file, kind);
    return new ArrayCollection(file.path, sources, () => file.handle.close());
  },
};

export const cifarFolder: FolderFormat = {
  matches: async (folder, names) => {
    if (names.includes('data_batch_1.bin') && names.includes('test_batch.bin')) return true;
    if (!names.includes('train.bin') || !names.includes('test.bin')) return false;
    const sizes = await Promise.all(['train.bin', 'test.bin'].map((name) => stat(path.join(folder, name))));
    return sizes.every(({ size }) => size > 0 && size % recordBytes(CIFAR100) === 0);
  },
  open: async (folder) => {
    const kind = await stat(path.join(folder, 'data_batch_1.bin')).then(
      () => CIFAR10,
      () => CIFAR100,
    );
    const opened: OpenedFile[] = [];
    const release = async (): Promise<void> => {
      await Promise.all(opened.map(({ handle }) => handle.close()));
    };
    try {
      const sources: ArraySource[] = [];
      for (const split of ['train', 'test'] as const) {
        const parts: ArraySource[][] = [];
        for (const name of kind[split]) {
          const file = await openPart(folder, name);
          opened.push(file);
          parts.push(await sourcesOf(file, kind));
        }
        parts[0]?.forEach(({ info }, at) => {
          sources.push(
            concatenated(
              `${split}_${info.name}`,
              parts.map((part) => part[at]!),
            ),
          );
        });
      }
      return new ArrayCollection(folder, sources, release);
    } catch (error) {
      await release();
      throw error;
    }
  },
};

/** @throws Fault E_NOT_FOUND, E_TRUNCATED */
async function openPart(folder: string, base: string): Promise<OpenedFile> {
  const file = path.join(folder, base);
  try {
    const { size } = await stat(file);
    return { path: file, base, handle: await open(file, 'r'), size, head: new Uint8Array(0) };
  } catch (error) {
    throw new Fault(
      'E_NOT_FOUND',
      `${path.basename(folder)} lacks ${base}, a part of the data set; unpack the data set again.`,
      String(error),
    );
  }
}

/** The arrays `x` (N×3×32×32) and the labels (N). @throws Fault E_TRUNCATED, E_DAMAGED */
async function sourcesOf(file: OpenedFile, kind: Kind): Promise<ArraySource[]> {
  const { base, handle, size } = file;
  const record = recordBytes(kind);
  if (size === 0 || size % record !== 0) {
    throw new Fault(
      'E_TRUNCATED',
      `${base} has ${size} bytes, which are no whole records of ${record}: it was cut off; unpack the data set again.`,
    );
  }
  const count = size / record;
  await checkLabels(file, kind, count);
  const source = (name: string, offset: number, axes: number[], strides: number[]): ArraySource => {
    const info: ArrayInfo = { name, dtype: 'uint8', shape: [count, ...axes] };
    const label = `${base}: ${name}`;
    const data = fileBytes(handle, 0, label);
    const array = { info, itemSize: 1, littleEndian: true, data, offset, strides: [record, ...strides], label };
    return { info, rows: (options) => stridedRows(array, options) };
  };
  return [
    source('x', kind.labels.length, [3, 32, 32], [1024, 32, 1]),
    ...kind.labels.map(({ name }, at) => source(name, at, [], [])),
  ];
}

/** Some records, spread over the file: in a file of another kind, or with lost bytes, labels are soon out of range. */
async function checkLabels({ base, handle }: OpenedFile, kind: Kind, count: number): Promise<void> {
  const record = recordBytes(kind);
  const bytes = fileBytes(handle, 0, base);
  const labels = new Uint8Array(kind.labels.length);
  const checked = Math.min(CHECKED, count);
  for (let i = 0; i < checked; i++) {
    const at = Math.floor((i * count) / checked);
    await bytes.readAt(labels, at * record);
    kind.labels.forEach(({ classes }, label) => {
      if (labels[label]! >= classes) {
        throw new Fault(
          'E_DAMAGED',
          `${base} has label ${labels[label]} in record ${at}, which is beyond the ${classes} classes: it is no CIFAR file or is damaged.`,
        );
      }
    });
  }
}
