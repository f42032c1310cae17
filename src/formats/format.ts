/** What a format is to the one place that opens files: how it is recognised, and how it is opened. */
import type { FileHandle } from 'node:fs/promises';
import type { ArrayFile } from './array';
import type { ImageTransform } from './image-transform';

/** A regular file, opened for reading; whoever opens the format closes the handle with it. */
export interface OpenedFile {
  /** Absolute path. */
  path: string;
  /** Base name, for faults. */
  base: string;
  handle: FileHandle;
  size: number;
  /** The first bytes: 64 of them, or all where there are fewer. */
  head: Uint8Array;
}

export interface OpenOptions {
  /** What is to become of images; without it, they are described but not decoded. */
  images?: ImageTransform;
}

/** Recognised by its first bytes where they tell, else by its name. */
export interface FileFormat {
  matches: (file: OpenedFile) => boolean;
  open: (file: OpenedFile) => Promise<ArrayFile>;
}

/** A folder that as a whole is one set of arrays. */
export interface FolderFormat {
  /** @param names of what lies in the folder */
  matches: (folder: string, names: readonly string[]) => Promise<boolean>;
  open: (folder: string, options: OpenOptions) => Promise<ArrayFile>;
}
