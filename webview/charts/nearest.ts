/** Which curve the pointer is on. */

export interface Pixel {
  x: number;
  y: number;
}

export interface Hit {
  curve: number;
  point: number;
}

/**
 * The curve whose line passes within `reach` pixels of the pointer, and its point nearest to it; a nearer curve wins,
 * an earlier one among equals. Undefined where no curve is that near.
 */
export function nearestPoint(curves: readonly (readonly Pixel[])[], pointer: Pixel, reach: number): Hit | undefined {
  let best: Hit | undefined;
  let bestDistance = reach;
  curves.forEach((points, curve) => {
    points.forEach((point, i) => {
      const next = points[i + 1];
      const distance = next ? toSegment(pointer, point, next) : between(pointer, point);
      if (distance > bestDistance || (distance === bestDistance && best !== undefined)) return;
      bestDistance = distance;
      best = { curve, point: next && between(pointer, next) < between(pointer, point) ? i + 1 : i };
    });
  });
  return best;
}

function between(a: Pixel, b: Pixel): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function toSegment(p: Pixel, a: Pixel, b: Pixel): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const squared = dx * dx + dy * dy;
  const t = squared === 0 ? 0 : Math.max(0, Math.min(1, ((p.x - a.x) * dx + (p.y - a.y) * dy) / squared));
  return between(p, { x: a.x + t * dx, y: a.y + t * dy });
}
