/**
 * Which files of a run that is being trained are complete. Nothing tells when a writer is done, so a file counts as
 * complete once it looked the same twice and reads as a whole; one that stays unreadable is given out after a while,
 * so that its fault is listed.
 */

export interface FileLook {
  size: number;
  /** Time of the last change, in milliseconds. */
  mtimeMs: number;
}

/** What is wrong with a file, undefined where it reads as a whole. */
export type Probe = (file: string) => Promise<string | undefined>;

export interface WaitingFile {
  file: string;
  /** For people: "is still being written". */
  why: string;
}

export interface Ready {
  /** Complete, or given up; each once for every time it was written. */
  files: string[];
  waiting: WaitingFile[];
}

/** How long a file that does not change may be unreadable before its fault counts (milliseconds). Writers that pause are slower than disks. */
export const PATIENCE = 20_000;

interface Known extends FileLook {
  /** When it first looked like this. */
  since: number;
  /** Why it was not complete when it was last read. */
  why?: string;
  given: boolean;
}

export class ReadyFiles {
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly probe: Probe,
    private readonly patience = PATIENCE,
  ) {}

  /** Files that were measured earlier as they look now: given out again only when they change. */
  passOver(looks: ReadonlyMap<string, FileLook>): void {
    for (const [file, look] of looks) this.known.set(file, { ...look, since: 0, given: true });
  }

  /**
   * One look at the folder. A file that was seen for the first time, or has changed, waits for the next look.
   * @param now milliseconds; looks should be a second apart, since some file systems keep times no finer
   */
  async look(looks: ReadonlyMap<string, FileLook>, now: number): Promise<Ready> {
    const ready: Ready = { files: [], waiting: [] };
    for (const file of this.known.keys()) if (!looks.has(file)) this.known.delete(file);
    for (const [file, look] of looks) {
      const before = this.known.get(file);
      if (!before || before.size !== look.size || before.mtimeMs !== look.mtimeMs) {
        this.known.set(file, { ...look, since: now, given: false });
        ready.waiting.push({ file, why: 'is still being written' });
      } else if (!before.given) {
        const why = await this.probe(file);
        before.given = why === undefined || now - before.since >= this.patience;
        if (before.given) ready.files.push(file);
        else ready.waiting.push({ file, why: why! });
      }
    }
    return ready;
  }
}
