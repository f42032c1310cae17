/** A chart.js scale that draws an {@link Axis} as it is: no rounding, no guessing of its own. */
import { type CartesianScaleOptions, Scale, type Tick as ChartTick } from 'chart.js';
import { type Axis, position, thin, type Tick, valueAt } from './axis';

export interface SpecScaleOptions extends CartesianScaleOptions {
  spec: Axis;
  /** Ticks may be turned where names are long. */
  names: boolean;
}

declare module 'chart.js' {
  interface CartesianScaleTypeRegistry {
    spec: { options: SpecScaleOptions };
  }
}

export class SpecScale extends Scale<SpecScaleOptions> {
  static id = 'spec';
  static defaults = {};

  override determineDataLimits(): void {
    this.min = this.options.spec.min;
    this.max = this.options.spec.max;
  }

  override buildTicks(): ChartTick[] {
    const { ticks } = this.options.spec;
    // The scale has no size yet; the canvas less room for the other axis is near enough to space labels.
    const room = this.isHorizontal() ? this.maxWidth - 40 : this.maxHeight - 30;
    const kept = thin(
      ticks,
      (tick) => position(this.options.spec, tick.value) * room,
      (a, b) => this.gap(a, b),
    );
    // Copies: chart.js hangs its own context on every tick it draws.
    return kept.map(({ value, label }) => ({ value, label }));
  }

  /** Least distance of two labels' middles in pixels. */
  private gap(a: Tick, b: Tick): number {
    if (!this.isHorizontal()) return 17;
    if (this.options.names) return 18;
    return ((a.label.length + b.label.length) / 2) * 6.4 + 5;
  }

  override generateTickLabels(): void {
    // Ticks come with their labels.
  }

  override getPixelForValue(value: number): number {
    return this.getPixelForDecimal(position(this.options.spec, value));
  }

  override getValueForPixel(pixel: number): number {
    return valueAt(this.options.spec, this.getDecimalForPixel(pixel));
  }

  override getPixelForTick(index: number): number {
    return this.getPixelForValue(this.ticks[index]?.value ?? this.min);
  }

  override getLabelForValue(value: number): string {
    return String(value);
  }
}
