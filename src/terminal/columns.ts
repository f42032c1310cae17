/** Text in columns and lines of a given width, for terminals. */

/** What such output keeps to. */
export const LINE = 100;

function width(text: string): number {
  return [...text].length;
}

/** Columns of even width; those named in `left` are set flush left, the others flush right. */
export function align(rows: string[][], left: readonly number[] = [0]): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => width(row[column] ?? ''))),
  );
  const pad = (cell: string, column: number): string => {
    const gap = ' '.repeat((widths[column] ?? 0) - width(cell));
    return left.includes(column) ? cell + gap : gap + cell;
  };
  return rows.map((row) => row.map(pad).join('  ').trimEnd());
}

/** Cut to `room` characters, with an ellipsis for what is missing. */
export function clip(text: string, room: number): string {
  const letters = [...text];
  return letters.length <= room
    ? text
    : `${letters
        .slice(0, Math.max(0, room - 1))
        .join('')
        .trimEnd()}…`;
}

/**
 * Lines of at most {@link LINE} characters, broken between words.
 * @param indent of all lines but the first
 * @param first what the first line begins with
 */
export function wrap(text: string, indent = '', first = ''): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && width(line) + 1 + width(word) > LINE) {
      lines.push(line);
      line = indent;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}
