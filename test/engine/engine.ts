/** A real engine process for a test, and the plan for a target. */
import path from 'node:path';
import { EngineClient } from '../../src/driver/engine-client';
import { emptyReport, inspect, type InspectionListener } from '../../src/driver/inspection';
import type { InspectRequest, MeasureRequest, Plan } from '../../src/protocol/engine';
import type { Report } from '../../src/protocol/report';
import { root } from '../fixtures/paths';

export const engineProgram = path.join(root, 'dist', 'engine.js');
export const cliProgram = path.join(root, 'dist', 'cli.js');

export function startEngine(): EngineClient {
  return new EngineClient({ program: engineProgram, log: () => {} });
}

export async function planFor(engine: EngineClient, target: string, more: Partial<InspectRequest> = {}): Promise<Plan> {
  const result = await engine.plan({ target, kind: 'guess', searchFolders: [path.dirname(target)], ...more });
  if (result.kind === 'question') throw new Error(`asked: ${result.question.text}`);
  return result.plan;
}

export async function measure(
  engine: EngineClient,
  plan: Plan,
  more: Partial<MeasureRequest> = {},
  listener: InspectionListener = {},
  signal?: AbortSignal,
): Promise<Report> {
  const request: MeasureRequest = { plan, provider: 'cpu', ...more };
  return inspect(engine, request, emptyReport(request), listener, signal);
}

/** |a − b| relative to |b|, absolute below 10⁻³: float32 weights of unit norm are so to 10⁻⁸ only. */
export function relativeError(a: number | undefined, b: number): number {
  if (a === undefined) return Infinity;
  return Math.abs(a - b) / Math.max(Math.abs(b), 1e-3);
}
