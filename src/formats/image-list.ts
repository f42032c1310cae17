/** The pictures of a folder with one subfolder for each class, in the order of torchvision's ImageFolder. */
import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../protocol/faults';

export interface ListedImages {
  /** Relative to the folder, with `/`. */
  files: string[];
  /** Class folder of each file. */
  classes: string[];
}

/** What ImageFolder takes for pictures, and of it what can be decoded. */
const IMAGE = /\.(jpe?g|png|ppm|bmp|pgm|tiff?|webp)$/i;
const UNREAD = /\.(ppm|bmp|pgm)$/i;
/** What systems leave behind in folders of pictures. */
const LITTER = /^(\.|thumbs\.db$|desktop\.ini$)/i;

/** Lies in the folder of a training run; lists of labels and notes lie in data sets too. */
const RUN = /\.(onnx|npy|npz|pt|pth|ckpt|safetensors|h5|hdf5|keras)$/i;

const MOST_IMAGES = 5_000_000;
/** Class folders that are looked into to see whether this is a folder of classes at all. */
const FIRST_CLASSES = 3;

/** Cheap: reads the names in the folder and in a few of its subfolders. */
export async function isImageFolder(folder: string, names: readonly string[]): Promise<boolean> {
  // A run keeps its figures in subfolders, beside checkpoints and arrays.
  if (names.some((name) => RUN.test(name))) return false;
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const classes = entries.filter((entry) => entry.isDirectory() && !LITTER.test(entry.name));
  if (classes.length < 2) return false;
  classes.sort((a, b) => byCodePoints(a.name, b.name));
  for (const { name } of classes.slice(0, FIRST_CLASSES)) {
    const inside = await readdir(path.join(folder, name), { withFileTypes: true }).catch(() => []);
    const files = inside.filter((entry) => !LITTER.test(entry.name) && !entry.isDirectory());
    // ImageFolder passes over what is no picture, so a stray file does no harm; where a link leads is not looked at here.
    const pictures = files.filter((entry) => IMAGE.test(entry.name));
    const others = files.filter((entry) => !IMAGE.test(entry.name) && !entry.isSymbolicLink());
    if (pictures.length === 0 || others.length > pictures.length || others.some(({ name: one }) => RUN.test(one)))
      return false;
  }
  return true;
}

/**
 * By class, then by folder, then by name, each in the order of code points.
 * @throws Fault E_FORMAT, E_OUTSIDE, E_TOO_LARGE, E_NOT_READABLE
 */
export async function listImages(folder: string): Promise<ListedImages> {
  const base = path.basename(folder);
  const root = await realpath(folder);
  const found: ListedImages = { files: [], classes: [] };
  for (const entry of await entriesOf(folder, base)) {
    if (LITTER.test(entry.name) || (await kindOf(entry, folder, root, base)) !== 'folder') continue;
    const before = found.files.length;
    await listClass(path.join(folder, entry.name), entry.name, root, base, found);
    if (found.files.length === before) {
      throw new Fault(
        'E_FORMAT',
        `${base}: the class folder ${entry.name} holds no pictures (.jpg, .png, .webp, .tif); add some or remove the folder.`,
      );
    }
  }
  return found;
}

async function listClass(folder: string, name: string, root: string, base: string, found: ListedImages): Promise<void> {
  const inside: { folder: string; files: string[] }[] = [];
  const pending = [{ folder, name, homes: [await realpath(folder)] }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const files: string[] = [];
    for (const entry of await entriesOf(next.folder, base)) {
      if (LITTER.test(entry.name)) continue;
      const kind = IMAGE.test(entry.name) || !entry.isFile() ? await kindOf(entry, next.folder, root, base) : 'other';
      if (kind === 'file' && IMAGE.test(entry.name)) files.push(entry.name);
      if (kind !== 'folder') continue;
      const below = path.join(next.folder, entry.name);
      const home = entry.isSymbolicLink() ? await realpath(below) : '';
      // A link to a folder that it lies in has no end.
      if (next.homes.includes(home)) continue;
      pending.push({
        folder: below,
        name: `${next.name}/${entry.name}`,
        homes: home ? [...next.homes, home] : next.homes,
      });
    }
    if (files.length > 0) inside.push({ folder: next.name, files });
  }
  inside.sort((a, b) => byCodePoints(a.folder, b.folder));
  for (const { folder: relative, files } of inside) {
    for (const file of files) {
      if (UNREAD.test(file)) {
        throw new Fault(
          'E_FORMAT',
          `${base}: ${relative}/${file} is a picture of a kind that is not read; save it as PNG.`,
        );
      }
      found.files.push(`${relative}/${file}`);
      found.classes.push(name);
    }
    if (found.files.length > MOST_IMAGES) {
      throw new Fault('E_TOO_LARGE', `${base} holds more than the ${MOST_IMAGES} pictures that are read.`);
    }
  }
}

/** Sorted by name. */
async function entriesOf(folder: string, base: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => byCodePoints(a.name, b.name));
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new Fault('E_NOT_READABLE', `${base}: the folder ${path.basename(folder)} cannot be read (${code}).`, folder);
  }
}

/** Files are not looked at, links are: one that leads out of the folder would bring in what is not part of it. */
async function kindOf(entry: Dirent, folder: string, root: string, base: string): Promise<'file' | 'folder' | 'other'> {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  if (!entry.isSymbolicLink()) return 'other';
  const full = path.join(folder, entry.name);
  const real = await realpath(full).catch(() => undefined);
  if (real === undefined || (real !== root && !real.startsWith(root + path.sep))) {
    const shown = path
      .relative(root, path.join(await realpath(folder), entry.name))
      .split(path.sep)
      .join('/');
    throw new Fault(
      'E_OUTSIDE',
      `${base}: ${shown} is a link that leads out of the folder or nowhere, so it is not followed; copy what it stands for, or remove it.`,
    );
  }
  const facts = await stat(real);
  return facts.isDirectory() ? 'folder' : facts.isFile() ? 'file' : 'other';
}

/** Python's order of text; JavaScript's own differs beyond the basic plane. */
function byCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  if (/[\ud800-\udfff]/.test(a) || /[\ud800-\udfff]/.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}
