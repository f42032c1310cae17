/** Formulas typeset by KaTeX. Its nodes set their styles through the CSSOM, so the page's CSP lets them stand. */
import katex from 'katex';
import { element } from '../element';

/** A formula on its own line; scrolls sideways where it is too wide. */
export function displayFormula(tex: string): HTMLElement {
  const box = element('div', { class: 'formula', tabindex: '-1' });
  katex.render(tex, box, { displayMode: true, throwOnError: false, trust: false });
  return box;
}
