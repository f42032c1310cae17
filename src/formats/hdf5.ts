/** HDF5 (h5py, PyTables, MATLAB 7.3, Keras): every dataset, at any depth, by its path. */
import path from 'node:path';
import { Fault } from '../protocol/faults';
import type { ArrayFile, SkippedArray } from './array';
import { ArrayCollection, type ArraySource } from './array-file';
import { LARGEST_RATIO } from './bytes';
import type { FileFormat, OpenedFile } from './format';
import { hdf5Rows, hdf5Texts, read, type Hdf5Dataset } from './hdf5-read';
import { Hdf5Session, outsideReason } from './hdf5-session';
import { hdf5Type, unknownFilter } from './hdf5-types';
import { checkSize } from './stored';

const MOST_OBJECTS = 20_000;
/** Kinds of objects as HDF5 numbers them (H5G_obj_t). */
const DATASET = 1;
const USER_LINK = 4;
/** H5T_STR_SPACEPAD */
const SPACE_PADDED = 2;

export const hdf5: FileFormat = {
  // A file may begin with a block of the user's own: then its name tells.
  matches: ({ head, base }) => isHdf5(head) || /\.(h5|hdf5|he5)$/i.test(base),
  open: openHdf5,
};

function isHdf5(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(0, 8)).toString('latin1') === '\x89HDF\r\n\x1a\n';
}

/** @throws Fault E_NOT_AN_ARRAY_FILE, E_TRUNCATED, E_DAMAGED; what is not read is skipped with a reason */
async function openHdf5(opened: OpenedFile): Promise<ArrayFile> {
  const { path: file, base, handle, size } = opened;
  if (!(await hasSignature(opened))) {
    throw new Fault('E_NOT_AN_ARRAY_FILE', `${base} is not an HDF5 file, whatever its name says; look what it is.`);
  }
  const session = await Hdf5Session.open(handle.fd, size, base);
  try {
    const sources: ArraySource[] = [];
    const skipped: SkippedArray[] = [];
    for (const name of objectNames(session, base)) {
      const found = inspect(session, name, size, `${path.basename(file)}: ${name}`);
      if (typeof found === 'string') skipped.push({ name, reason: found });
      else if (found) sources.push(sourceOf(found));
    }
    const release = async (): Promise<void> => {
      session.close();
      await handle.close();
    };
    return new ArrayCollection(file, sources, release, skipped);
  } catch (error) {
    session.close();
    throw error;
  }
}

/** The format's signature stands at the start, or at 512, 1024, 2048, … bytes. */
async function hasSignature({ handle, size, head }: OpenedFile): Promise<boolean> {
  if (isHdf5(head)) return true;
  const bytes = new Uint8Array(8);
  for (let at = 512; at + 8 <= size; at *= 2) {
    await handle.read(bytes, 0, 8, at);
    if (isHdf5(bytes)) return true;
  }
  return false;
}

/** Every object once, however many groups lead to it; links to elsewhere are named but not followed. */
function objectNames(session: Hdf5Session, base: string): string[] {
  const names = session.call(base, (library, file) => library.get_names(file, '/', true));
  if (names.length > MOST_OBJECTS) {
    throw new Fault(
      'E_TOO_LARGE',
      `${base} holds ${names.length} groups and arrays; at most ${MOST_OBJECTS} are read.`,
    );
  }
  return names;
}

/** @returns the dataset, the reason why it is not read, or nothing where the name is no dataset's */
function inspect(session: Hdf5Session, name: string, size: number, label: string): Hdf5Dataset | string | undefined {
  const at = `/${name}`;
  const link = session.call(label, (library, file) => {
    const soft = library.get_symbolic_link(file, at) as string | null;
    if (soft !== null) return `${label} is a link to ${soft}; choose that array instead.`;
    const { filename } = library.get_external_link(file, at) as { filename?: string };
    return filename === undefined ? undefined : outsideReason(label, filename);
  });
  if (link !== undefined) return link;
  const kind = session.call(label, (library, file) => library.get_type(file, at));
  if (kind === USER_LINK) return `${label} is a link of a kind that is not followed; copy the values into this file.`;
  if (kind !== DATASET) return undefined;

  const metadata = session.call(label, (library, file) => library.get_dataset_metadata(file, at), true);
  const { shape, chunks } = metadata;
  if (metadata.virtual_sources) {
    return outsideReason(label, metadata.virtual_sources[0]?.file_name ?? 'none');
  }
  if (shape === null) return `${label} holds nothing, not even a shape.`;
  const type = hdf5Type(metadata);
  if (typeof type === 'string') return `${label} holds ${type}, which are not read; save plain numbers or text.`;
  const filters = session.call(label, (library, file) => library.get_dataset_filters(file, at));
  const unknown = unknownFilter(filters);
  if (unknown !== undefined) {
    return `${label} is compressed with the filter ${unknown}, which is not read; save it with gzip or uncompressed.`;
  }
  // Values that were never written take no room, so that a small file could claim any size.
  checkSize(shape, type.itemSize, chunks ? size * LARGEST_RATIO : size, label);
  if (chunks) checkSize(chunks, type.itemSize, size * LARGEST_RATIO, label);
  const { vlen, strpad } = metadata;
  const info = { name, dtype: type.dtype, shape };
  const dataset: Hdf5Dataset = { session, at, label, info, type, chunks, vlen, spacePadded: strpad === SPACE_PADDED };
  return valuesElsewhere(dataset) ?? dataset;
}

/** Nothing tells that values lie in another file but the attempt to read one. @returns the reason not to read them */
function valuesElsewhere(dataset: Hdf5Dataset): string | undefined {
  if (dataset.chunks || dataset.info.shape.includes(0)) return undefined;
  const { shape } = dataset.info;
  try {
    read(dataset, new Array<number>(shape.length).fill(0), new Array<number>(shape.length).fill(1), () => {});
  } catch (error) {
    if (error instanceof Fault && error.code === 'E_DTYPE') return error.message;
    // Damage is told by whoever reads the array; the others of the file may be whole.
    if (!(error instanceof Fault)) throw error;
  }
  return undefined;
}

function sourceOf(dataset: Hdf5Dataset): ArraySource {
  const { info } = dataset;
  return {
    info,
    rows: (options) => hdf5Rows(dataset, options),
    ...(info.dtype === 'string' ? { texts: () => hdf5Texts(dataset) } : {}),
  };
}
