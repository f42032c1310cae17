/** Engines for inspections that may overlap: each has a process of its own, and one stays warm for the next. */
import { EngineClient, type EngineOptions } from './engine-client';

export class EnginePool {
  private readonly all = new Set<EngineClient>();
  private readonly idle: EngineClient[] = [];

  constructor(private readonly options: EngineOptions) {}

  /** Runs `work` with an engine that nobody else uses meanwhile. */
  async use<T>(work: (engine: EngineClient) => Promise<T>): Promise<T> {
    const engine = this.idle.pop() ?? new EngineClient(this.options);
    this.all.add(engine);
    try {
      return await work(engine);
    } finally {
      if (this.idle.length === 0 && this.all.has(engine)) this.idle.push(engine);
      else {
        this.all.delete(engine);
        engine.dispose();
      }
    }
  }

  dispose(): void {
    for (const engine of this.all) engine.dispose();
    this.all.clear();
    this.idle.length = 0;
  }
}
