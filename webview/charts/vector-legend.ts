/** The legend above a vector picture's plot: two entries a line. */
import { WIDTH } from './picture-frame';
import { tag, words } from './svg-text';

const LINE = 17;
const HEAD = 34;

export interface PlacedLegend {
  parts: string[];
  /** Where the plot may begin. */
  bottom: number;
}

/** @param entries each with its mark, drawn around (13, 6), as SVG text */
export function placeLegend(entries: readonly { mark: string; text: string }[], fill: string): PlacedLegend {
  const parts = entries.map(({ mark, text }, i) => {
    const x = 12 + ((i % 2) * (WIDTH - 24)) / 2;
    const y = HEAD + Math.floor(i / 2) * LINE;
    return tag('g', { transform: `translate(${x} ${y})` }, mark, words(text, { x: 33, y: 10, fill }));
  });
  return { parts, bottom: HEAD + Math.ceil(entries.length / 2) * LINE + 10 };
}
