/**
 * The HDF5 library (h5wasm) at work on one file.
 *
 * A file may ask HDF5 to open others (links, external storage, virtual datasets). The library therefore runs on a file
 * system of its own that holds this one file and refuses every other. It runs as long as a file is open; an instance
 * in which anything went wrong, or whose memory has grown, is thrown away, as its memory never shrinks.
 */
import { readSync } from 'node:fs';
import type { Module } from 'h5wasm';
import { Fault } from '../protocol/faults';

export type Library = typeof Module;

const FILE = '/data.h5';
/** Where HDF5 looks for filters that it does not know. */
const PLUGINS = /\/lib\/plugin$/;
/** Memory of an instance that is kept for the next file. */
const KEPT_BYTES = 64 * 1024 * 1024;
/** Lines of HDF5's own account of an error that are kept for the log. */
const MOST_LINES = 60;
/** Numbers of errors as the library's file system counts them. */
const NO_ENTRY = 44;
const IO_ERROR = 29;

interface Instance {
  library: Library;
  /** What HDF5 has printed since the last call. */
  printed: string[];
  /** Called for every file that HDF5 wants to open. */
  onOpen: (path: string) => void;
}

/** The parts of the library's file system that are needed here. */
interface FileSystem {
  open(path: unknown, ...rest: unknown[]): unknown;
  createFile(parent: string, name: string, properties: object, canRead: boolean, canWrite: boolean): FileNode;
  unlink(path: string): void;
  ErrnoError: new (code: number) => Error;
}

interface FileNode {
  usedBytes: number;
  stream_ops: object;
}

let idle: Instance | undefined;

export class Hdf5Session {
  /** The last other file that HDF5 asked for. */
  outside: string | undefined;
  private truncated = false;
  private failed = false;
  private closed = false;
  private file = -1n;

  private constructor(
    private readonly instance: Instance,
    private readonly base: string,
  ) {}

  /**
   * @param fd of the file, readable until `close`
   * @param base names the file in faults
   * @throws Fault E_DAMAGED, E_TRUNCATED
   */
  static async open(fd: number, size: number, base: string): Promise<Hdf5Session> {
    const instance = idle ?? (await createInstance());
    idle = undefined;
    const session = new Hdf5Session(instance, base);
    session.mount(fd, size);
    try {
      session.file = session.call(base, (library) => library.open(FILE, library.H5F_ACC_RDONLY, false, -1, -1));
      return session;
    } catch (error) {
      session.close();
      throw error;
    }
  }

  /**
   * Runs calls of the library; whatever HDF5 reports as an error is one.
   * @param label names the file, or file and array, in faults
   * @param tolerant where HDF5's wrapper itself asks what has no answer
   * @throws Fault E_DAMAGED, E_TRUNCATED, E_TOO_LARGE
   */
  call<T>(label: string, run: (library: Library, file: bigint) => T, tolerant = false): T {
    if (this.closed) throw new Error(`${label} is read after it was closed`);
    const { printed, library } = this.instance;
    printed.length = 0;
    this.outside = undefined;
    this.truncated = false;
    let result: T;
    try {
      result = run(library, this.file);
    } catch (error) {
      this.failed = true;
      throw error instanceof Fault ? error : this.fault(label, error instanceof Error ? error.message : String(error));
    }
    if (printed.length === 0 || tolerant) return result;
    this.failed = true;
    throw this.fault(label, '');
  }

  close(): void {
    if (this.closed) return;
    const { library } = this.instance;
    try {
      // A file that HDF5 could not open has no number, and nothing to close.
      if (!this.failed) this.call(this.base, () => library.close_file(this.file));
      fileSystem(library).unlink(FILE);
    } catch {
      this.failed = true;
    }
    this.closed = true;
    if (!this.failed && library.HEAPU8.length <= KEPT_BYTES) idle = this.instance;
  }

  private mount(fd: number, size: number): void {
    const fs = fileSystem(this.instance.library);
    const node = fs.createFile('/', FILE.slice(1), {}, true, false);
    node.usedBytes = size;
    const read = (_stream: unknown, memory: Int8Array, offset: number, length: number, position: number): number => {
      // HDF5 takes what lies behind the end for zeros.
      if (length > 0 && position >= size) {
        this.truncated = true;
        throw new fs.ErrnoError(IO_ERROR);
      }
      try {
        return readSync(fd, memory, offset, length, position);
      } catch {
        throw new fs.ErrnoError(IO_ERROR);
      }
    };
    node.stream_ops = { ...node.stream_ops, read };
    this.instance.onOpen = (path) => {
      if (path === FILE) return;
      if (!PLUGINS.test(path)) this.outside = path.replace(/^\/\//, '');
      throw new fs.ErrnoError(NO_ENTRY);
    };
  }

  private fault(label: string, thrown: string): Fault {
    const details = [thrown, ...this.instance.printed].filter((line) => line !== '').join('\n');
    if (this.outside !== undefined) {
      return new Fault('E_DTYPE', outsideReason(label, this.outside), details);
    }
    if (this.truncated || /truncated file|addr overflow/.test(details)) {
      return new Fault('E_TRUNCATED', `${label} ends too early: it was cut off or not closed; save it again.`, details);
    }
    if (/allocation of|(memory|chunk) alloc|allocation failed|can't allocate|unable to allocate/i.test(details)) {
      return new Fault(
        'E_TOO_LARGE',
        `${label} needs more memory than HDF5 can have here; save it in smaller chunks.`,
        details,
      );
    }
    if (/already open for|h5clear/.test(details)) {
      return new Fault(
        'E_DAMAGED',
        `${label} is still marked as open for writing: close it in the program that writes it, or run h5clear -s on it.`,
        details,
      );
    }
    return new Fault('E_DAMAGED', `${label} cannot be read by HDF5: it is damaged; save it again.`, details);
  }
}

export function outsideReason(label: string, other: string): string {
  return `${label} keeps its values in another file (${other}), which is not followed; copy them into this file.`;
}

async function createInstance(): Promise<Instance> {
  // Four megabytes that only those pay for who open such a file.
  const { default: createModule } = await import('h5wasm/module');
  const printed: string[] = [];
  const print = (line: string): void => {
    if (printed.length < MOST_LINES) printed.push(line);
  };
  const library = await createModule({ noInitialRun: true, print, printErr: print });
  const instance: Instance = { library, printed, onOpen: () => {} };
  const fs = fileSystem(library);
  const open = fs.open.bind(fs);
  fs.open = (path, ...rest) => {
    instance.onOpen(String(path));
    return open(path, ...rest);
  };
  return instance;
}

function fileSystem(library: Library): FileSystem {
  return library.FS as unknown as FileSystem;
}
