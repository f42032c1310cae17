/** Zooming by the pointer: drag over a part, turn the wheel with Ctrl or ⌘ (with Shift: move), double-click for all. */
import { element } from '../element';
import { position, valueAt } from './axis';
import type { FigureData } from './figure';
import { type Range, rangeAround, rangeBetween, rangeMoved } from './zoom';

interface Place {
  area: { left: number; right: number };
  figure: Pick<FigureData, 'x' | 'whole'>;
}

/** Less is a click with a trembling hand, in pixels. */
const SHORTEST_DRAG = 8;
/** How much one notch of the wheel shows less or more. */
const STEP = 1.25;
/** Share of the part shown that one notch moves. */
const MOVE = 0.12;

export class PointerZoom {
  private readonly box = element('div', { class: 'zoom-box', hidden: '' });
  private start: number | undefined;
  private zoomed = false;

  constructor(
    root: HTMLElement,
    private readonly canvas: HTMLElement,
    private readonly place: () => Place | undefined,
    private readonly zoom: (range: Range | undefined) => void,
  ) {
    root.append(this.box);
    canvas.addEventListener('pointerdown', (event) => this.onDown(event));
    canvas.addEventListener('pointermove', (event) => this.onDrag(event));
    canvas.addEventListener('pointerup', (event) => this.onUp(event));
    canvas.addEventListener('pointercancel', () => this.stop());
    canvas.addEventListener('wheel', (event) => this.onWheel(event), { passive: false });
    canvas.addEventListener('dblclick', () => {
      if (this.place()?.figure.whole) this.zoom(undefined);
    });
  }

  get dragging(): boolean {
    return !this.box.hidden;
  }

  /** Whether the click that is just being told of was the end of a drag. */
  justZoomed(): boolean {
    return this.zoomed;
  }

  private onDown(event: PointerEvent): void {
    this.zoomed = false;
    if (event.button !== 0 || event.pointerType === 'touch' || !this.place()) return;
    this.start = event.offsetX;
    this.canvas.setPointerCapture(event.pointerId);
  }

  private onDrag(event: PointerEvent): void {
    const place = this.place();
    if (this.start === undefined || !place) return;
    const [left, right] = this.ends(event.offsetX, place);
    this.box.hidden = right - left < SHORTEST_DRAG;
    this.box.style.left = `${left}px`;
    this.box.style.width = `${right - left}px`;
  }

  private onUp(event: PointerEvent): void {
    const place = this.place();
    if (this.dragging && place) {
      const { area, figure } = place;
      const shares = this.ends(event.offsetX, place).map((pixel) => (pixel - area.left) / (area.right - area.left));
      const [from, to] = shares.map((share) => valueAt(figure.x, share));
      this.zoomed = true;
      this.zoom(between(figure, from!, to!));
    }
    this.stop();
  }

  private stop(): void {
    this.start = undefined;
    this.box.hidden = true;
  }

  private ends(pixel: number, { area }: Place): [left: number, right: number] {
    const inside = (at: number): number => Math.max(area.left, Math.min(area.right, at));
    const start = this.start ?? pixel;
    return [inside(Math.min(start, pixel)), inside(Math.max(start, pixel))];
  }

  private onWheel(event: WheelEvent): void {
    const place = this.place();
    if (!place || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    const { area, figure } = place;
    const turn = Math.sign(event.deltaY || event.deltaX);
    const whole = figure.whole ?? figure.x;
    if (event.shiftKey) {
      if (figure.whole) this.zoom(rangeMoved(whole, figure.x, turn * MOVE));
      return;
    }
    const at = valueAt(figure.x, (event.offsetX - area.left) / (area.right - area.left));
    this.zoom(rangeAround(whole, figure.x, at, STEP ** turn));
  }
}

function between({ x, whole = x }: Place['figure'], from: number, to: number): Range | undefined {
  const share = (value: number): number => position(whole, value);
  return rangeBetween(whole, share(from), share(to));
}
