/** Draws what is on screen, or nearly; the rest when it is scrolled to, so that it does not slow the page's opening. */

/** Pixels below the fold that are drawn ahead of scrolling. */
const AHEAD = 200;

export class Lazy {
  private seen = false;
  private pending: (() => void) | undefined;
  private readonly observer: IntersectionObserver;

  constructor(node: Element) {
    this.observer = new IntersectionObserver(
      (entries) => {
        this.seen = entries.some(({ isIntersecting }) => isIntersecting);
        if (this.seen) this.flush();
      },
      { rootMargin: `${AHEAD}px` },
    );
    this.observer.observe(node);
  }

  /** Draws now, or once the node is seen: then only what was asked for last. */
  request(draw: () => void): void {
    this.pending = draw;
    if (this.seen) this.flush();
  }

  destroy(): void {
    this.pending = undefined;
    this.observer.disconnect();
  }

  private flush(): void {
    const draw = this.pending;
    this.pending = undefined;
    draw?.();
  }
}
