/** Entry of the engine process: answers over standard input and output, and ends when its parent does. */
import { constants, setPriority } from 'node:os';
import { createMessageConnection, ResponseError, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import type { CancellationToken } from 'vscode-jsonrpc/node';
import {
  METHOD,
  type ArraysRequest,
  type DescribeRequest,
  type EngineFault,
  type InspectRequest,
  type LogNotice,
  type MeasureRequest,
  type PlanResult,
  type WholeRequest,
} from '../protocol/engine';
import { asFault, Fault } from '../protocol/faults';
import type { ReproduceRequest } from '../protocol/theory';
import { makePlan } from '../run/plan';
import { experiments, factsOf, reproduce } from '../theory/registry';
import { Asked } from '../metrics/asked';
import { describeArrays, isWhole } from './describe-arrays';
import { describeModel } from './describe-model';
import { EarlierState } from './earlier-state';
import { Cancelled, measureRun } from './measure-run';
import { modelFacts } from './model-facts';
import { endWithParent } from './parent-watch';
import { listProviders } from './providers';
import { stageFor } from './theory-stage';

const SERVER_ERROR = -32000;
const CANCELLED = -32800;

try {
  // The editor stays smooth while this process computes.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
} catch {
  // Not allowed everywhere; measuring works all the same.
}

const connection = createMessageConnection(
  new StreamMessageReader(process.stdin),
  new StreamMessageWriter(process.stdout),
);

/** Standard output carries the protocol alone; whatever else speaks goes to the log. */
for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) {
  // eslint-disable-next-line no-console -- this is where the console ends
  console[level] = (...parts: unknown[]) => {
    const notice: LogNotice = {
      level: level === 'error' || level === 'warn' ? level : 'info',
      text: parts.map(String).join(' '),
    };
    void connection.sendNotification(METHOD.log, notice);
  };
}

/** The metrics that were asked for by name or by paper, as ids; a name that means nothing is said before measuring. */
function withMetricIds(result: PlanResult, request: InspectRequest): PlanResult {
  if (result.kind !== 'plan') return result;
  const metrics = askedOf(result.plan.metrics, request.metrics === undefined ? 'neural-collapse.json' : '').list;
  if (!metrics) return result;
  return { kind: 'plan', plan: { ...result.plan, run: { ...result.plan.run, metrics }, metrics } };
}

/** @param place where the names were written, for the fault */
function askedOf(names: readonly string[] | undefined, place: string): Asked {
  try {
    return Asked.of(names);
  } catch (error) {
    const fault = asFault(error);
    throw place ? new Fault(fault.code, `${place}, metrics: ${fault.message}`) : fault;
  }
}

async function answer<T>(work: () => Promise<T>): Promise<T | ResponseError<EngineFault>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Cancelled) return new ResponseError(CANCELLED, 'Cancelled.');
    const fault = asFault(error);
    const data: EngineFault = { code: fault.code, message: fault.message };
    if (fault.details !== undefined) data.details = fault.details;
    return new ResponseError(SERVER_ERROR, fault.message, data);
  }
}

const earlier = new EarlierState();
connection.onRequest(METHOD.plan, (request: InspectRequest) =>
  answer(async () => withMetricIds(await makePlan(request, modelFacts), request)),
);
connection.onRequest(METHOD.describe, (request: DescribeRequest) => answer(() => describeModel(request)));
connection.onRequest(METHOD.arrays, (request: ArraysRequest) => answer(() => describeArrays(request)));
connection.onRequest(METHOD.whole, (request: WholeRequest) => answer(() => isWhole(request)));
connection.onRequest(METHOD.providers, () => answer(() => listProviders()));
connection.onRequest(METHOD.experiments, () => experiments.map(factsOf));
connection.onRequest(METHOD.reproduce, (request: ReproduceRequest, token: CancellationToken) =>
  answer(() =>
    reproduce(
      request,
      stageFor(
        request.paper,
        (notice) => void connection.sendNotification(METHOD.reproduceProgress, notice),
        () => token.isCancellationRequested,
      ),
    ),
  ),
);
connection.onRequest(METHOD.measure, (request: MeasureRequest, token: CancellationToken) =>
  answer(() =>
    measureRun(
      request,
      {
        progress: (notice) => void connection.sendNotification(METHOD.progress, notice),
        checkpoint: (notice) => void connection.sendNotification(METHOD.checkpoint, notice),
        failed: (notice) => void connection.sendNotification(METHOD.failed, notice),
        provider: (notice) => void connection.sendNotification(METHOD.provider, notice),
      },
      () => token.isCancellationRequested,
      earlier,
    ),
  ),
);

// The parent holds the other end of standard input: when it is gone, there is nobody to work for.
endWithParent();
process.stdin.on('end', () => process.exit(0));
process.stdin.on('close', () => process.exit(0));
connection.onClose(() => process.exit(0));
connection.listen();
