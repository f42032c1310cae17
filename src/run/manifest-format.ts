/** Values as a manifest writes them: on one line where they fit, else broken. */

const WIDTH = 120;

export interface Format {
  /** One level of indentation. */
  unit: string;
  eol: string;
}

export const PLAIN: Format = { unit: '  ', eol: '\n' };

/** The indentation and line ends that a text already has. */
export function formatOf(text: string): Format {
  return {
    unit: /^([ \t]+)\S/m.exec(text)?.[1] ?? PLAIN.unit,
    eol: text.includes('\r\n') ? '\r\n' : PLAIN.eol,
  };
}

/**
 * @param indent indentation of the line that the value begins on
 * @param before characters on that line before the value
 */
export function formatValue(value: unknown, indent: string, before: number, format: Format = PLAIN): string {
  const line = inline(value);
  if (before + line.length <= WIDTH) return line;
  const { unit, eol } = format;
  const inner = indent + unit;
  if (Array.isArray(value)) {
    const parts = value.map((item) => formatValue(item, inner, inner.length, format));
    return `[${eol}${filled(parts, inner, eol)}${eol}${indent}]`;
  }
  if (typeof value !== 'object' || value === null) return line;
  const parts = Object.entries(value).map(([key, item]) => {
    const start = `${inner}${JSON.stringify(key)}: `;
    return start + formatValue(item, inner, start.length, format);
  });
  return `{${eol}${parts.join(`,${eol}`)}${eol}${indent}}`;
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const parts = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${inline(item)}`);
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
}

/** As many a line as there is room for: a thousand class names are no thousand lines. */
function filled(parts: readonly string[], indent: string, eol: string): string {
  const lines: string[] = [];
  let line = '';
  parts.forEach((part, i) => {
    const word = i < parts.length - 1 ? `${part},` : part;
    if (line !== '' && indent.length + line.length + 1 + word.length > WIDTH) {
      lines.push(indent + line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  });
  if (line !== '') lines.push(indent + line);
  return lines.join(eol);
}
