/** Charts in view are drawn at once; the others when they come near it or the page has nothing else to do. */

export interface Lazy {
  /** There is something new to draw. */
  changed(): void;
  dispose(): void;
}

interface Entry {
  node: Element;
  draw: () => void;
  near: boolean;
}

/** So long may drawing take of one frame, in milliseconds; the chart under the pointer does not wait. */
const BUDGET = 10;

/** How far outside the view a chart counts as near. */
const NEAR = '300px';

const entries = new WeakMap<Element, Entry>();
const waiting = new Set<Entry>();
let idle: number | undefined;
let frame: number | undefined;

const observer = new IntersectionObserver(
  (changes) => {
    for (const { target, isIntersecting } of changes) {
      const entry = entries.get(target);
      if (!entry) continue;
      entry.near = isIntersecting;
      if (isIntersecting && waiting.has(entry)) soon();
    }
  },
  { rootMargin: NEAR },
);

/** Draws `node` by `draw`, when it is seen or there is time. */
export function whenSeen(node: Element, draw: () => void): Lazy {
  const entry: Entry = { node, draw, near: false };
  entries.set(node, entry);
  observer.observe(node);
  return {
    changed: () => {
      waiting.add(entry);
      if (!entry.near) later();
      else if (node.matches(':hover')) drawNow(entry);
      else soon();
    },
    dispose: () => {
      observer.unobserve(node);
      waiting.delete(entry);
    },
  };
}

/** Draws whatever still waits. */
export function drawWaiting(): void {
  for (const entry of [...waiting]) drawNow(entry);
}

function drawNow(entry: Entry): void {
  if (waiting.delete(entry)) entry.draw();
}

/** What is near, as much of it in this frame as it can bear. */
function soon(): void {
  frame ??= requestAnimationFrame(() => {
    frame = undefined;
    const end = performance.now() + BUDGET;
    for (const entry of [...waiting]) {
      if (!entry.near) continue;
      if (performance.now() > end) return soon();
      drawNow(entry);
    }
  });
}

/** One chart at a time, so that the page answers in between. */
function later(): void {
  idle ??= requestIdleCallback(() => {
    idle = undefined;
    const [next] = waiting;
    if (!next) return;
    drawNow(next);
    if (waiting.size > 0) later();
  });
}
