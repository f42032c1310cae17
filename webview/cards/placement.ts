/** Where a card stands beside what it explains. */

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Size {
  width: number;
  height: number;
}

/** Room between a card and its anchor, small enough for the pointer to cross. */
const GAP = 6;
/** Room between a card and the edge of the viewport. */
const EDGE = 8;

/** Below the anchor, else above it, else at its side; always whole inside the viewport where it fits at all. */
export function placeCard(anchor: Box, card: Size, viewport: Size): { left: number; top: number } {
  const clamp = (value: number, size: number, room: number): number =>
    Math.max(EDGE, Math.min(value, room - size - EDGE));
  const left = clamp(anchor.left, card.width, viewport.width);
  const below = anchor.top + anchor.height + GAP;
  if (below + card.height + EDGE <= viewport.height) return { left, top: below };
  const above = anchor.top - GAP - card.height;
  if (above >= EDGE) return { left, top: above };
  const top = clamp(anchor.top, card.height, viewport.height);
  const right = anchor.left + anchor.width + GAP;
  if (right + card.width + EDGE <= viewport.width) return { left: right, top };
  return { left: clamp(anchor.left - GAP - card.width, card.width, viewport.width), top };
}
