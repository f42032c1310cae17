/** SVG as text: what is written into a file, where names come from other files. */

export type Attributes = Readonly<Record<string, string | number>>;

/** An element with its attributes and children, which are SVG text already. */
export function tag(name: string, attributes: Attributes, ...children: string[]): string {
  const all = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeText(number(value))}"`);
  const inside = children.join('');
  return inside === '' ? `<${name}${all.join('')}/>` : `<${name}${all.join('')}>${inside}</${name}>`;
}

/** Words at a place. */
export function words(text: string, attributes: Attributes): string {
  return tag('text', attributes, escapeText(text));
}

/** Two decimals are a fiftieth of a pixel. */
function number(value: string | number): string {
  return typeof value === 'number' ? String(Math.round(value * 100) / 100) : value;
}

/** Markup and what XML 1.0 has no place for. */
export function escapeText(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** About how wide text is, in pixels: exact measures would need the reader's fonts. */
export function widthOf(text: string, size: number): number {
  return [...text].length * size * 0.56;
}
