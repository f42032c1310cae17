/** DOM by createElement and textContent only: text from files never becomes markup, and the CSP needs no inline styles. */
export type Child = Node | string | undefined;

/** An element with attributes and children. Never give it a `style` attribute: the page's CSP refuses those. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  for (const child of children) if (child !== undefined) node.append(child);
  return node;
}

/** A button that reads as text; `onClick` runs on mouse and keyboard alike. */
export function textButton(className: string, text: string, onClick: () => void): HTMLButtonElement {
  const button = element('button', { type: 'button', class: className }, text);
  button.addEventListener('click', onClick);
  return button;
}

const SVG = 'http://www.w3.org/2000/svg';

/** An SVG element; presentation attributes, unlike `style`, pass the CSP. */
export function svg(tag: string, attributes: Readonly<Record<string, string>>, ...children: Node[]): SVGElement {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}
