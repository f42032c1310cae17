/**
 * The engine process as seen from the extension host or the command line: started when first needed, restarted after a
 * crash, killed when it does not stop by itself. Nothing it does can take its parent along.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import {
  CancellationTokenSource,
  createMessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import {
  METHOD,
  type ArraysDescription,
  type ArraysRequest,
  type CheckpointNotice,
  type DescribeRequest,
  type EngineFault,
  type FailedNotice,
  type InspectRequest,
  type LogNotice,
  type MeasureOutcome,
  type MeasureProgress,
  type MeasureRequest,
  type ModelDescription,
  type PlanResult,
  type ProviderState,
  type WholeRequest,
  type WholeResult,
} from '../protocol/engine';
import { Fault } from '../protocol/faults';
import type { ExperimentFacts, Reproduced, ReproduceProgress, ReproduceRequest } from '../protocol/theory';

export interface MeasureListener {
  progress?(progress: MeasureProgress): void;
  checkpoint?(notice: CheckpointNotice): void;
  failed?(notice: FailedNotice): void;
  provider?(state: ProviderState): void;
}

export interface EngineOptions {
  /** Absolute path of the engine's program. */
  program: string;
  log: (level: LogNotice['level'], text: string) => void;
  /** How long a cancelled request may take before the process is killed (milliseconds). */
  patience?: number;
}

/** The request was cancelled by the person. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';
}

/** The process ended in the middle of a request. */
export class EngineCrash extends Fault {
  constructor(readonly signal: string) {
    super(
      'E_ENGINE',
      `The engine process ended unexpectedly (${signal}); it will be started again with the next request.`,
    );
  }
}

interface Running {
  child: ChildProcess;
  connection: MessageConnection;
  /** Rejects when the process ends; never resolves. */
  ended: Promise<never>;
}

export class EngineClient {
  private running: Running | undefined;
  private listener: MeasureListener = {};
  private reproducing: ((progress: ReproduceProgress) => void) | undefined;
  private disposed = false;

  constructor(private readonly options: EngineOptions) {}

  /** Process id of the running engine, for diagnosis. */
  get pid(): number | undefined {
    return this.running?.child.pid;
  }

  /** @throws Fault from discovery; EngineCrash; CancelledError */
  plan(request: InspectRequest, signal?: AbortSignal): Promise<PlanResult> {
    return this.request<PlanResult>(METHOD.plan, request, signal);
  }

  /** @throws Fault of reading the model; EngineCrash; CancelledError */
  describe(request: DescribeRequest, signal?: AbortSignal): Promise<ModelDescription> {
    return this.request<ModelDescription>(METHOD.describe, request, signal);
  }

  /** @throws Fault of opening; EngineCrash; CancelledError */
  arrays(request: ArraysRequest, signal?: AbortSignal): Promise<ArraysDescription> {
    return this.request<ArraysDescription>(METHOD.arrays, request, signal);
  }

  /** @throws EngineCrash; CancelledError */
  whole(request: WholeRequest, signal?: AbortSignal): Promise<WholeResult> {
    return this.request<WholeResult>(METHOD.whole, request, signal);
  }

  providers(signal?: AbortSignal): Promise<ProviderState[]> {
    return this.request<ProviderState[]>(METHOD.providers, null, signal);
  }

  /** The experiments that there are, in the order of their papers. */
  experiments(signal?: AbortSignal): Promise<ExperimentFacts[]> {
    return this.request<ExperimentFacts[]>(METHOD.experiments, null, signal);
  }

  /** One at a time. @throws Fault E_NO_EXPERIMENT, E_SETTING; EngineCrash; CancelledError */
  async reproduce(
    request: ReproduceRequest,
    progress: (progress: ReproduceProgress) => void,
    signal?: AbortSignal,
  ): Promise<Reproduced> {
    this.reproducing = progress;
    try {
      return await this.request<Reproduced>(METHOD.reproduce, request, signal);
    } finally {
      this.reproducing = undefined;
    }
  }

  /** One at a time. @throws Fault; EngineCrash; CancelledError */
  async measure(request: MeasureRequest, listener: MeasureListener, signal?: AbortSignal): Promise<MeasureOutcome> {
    this.listener = listener;
    try {
      return await this.request<MeasureOutcome>(METHOD.measure, request, signal);
    } finally {
      this.listener = {};
    }
  }

  dispose(): void {
    this.disposed = true;
    this.kill();
  }

  private kill(): void {
    const { running } = this;
    this.running = undefined;
    running?.child.kill('SIGKILL');
  }

  private async request<T>(method: string, params: unknown, signal?: AbortSignal): Promise<T> {
    if (this.disposed) throw new CancelledError('The engine was shut down.');
    if (signal?.aborted) throw new CancelledError('Cancelled.');
    const running = (this.running ??= this.start());
    const cancellation = new CancellationTokenSource();
    let killTimer: NodeJS.Timeout | undefined;
    let cancelled: (() => void) | undefined;
    const abandoned = new Promise<never>((_, reject) => {
      cancelled = () => {
        cancellation.cancel();
        // A batch that is being computed cannot be interrupted: stop the process instead.
        killTimer = setTimeout(() => {
          if (this.running === running) this.kill();
          reject(new CancelledError('Cancelled.'));
        }, this.options.patience ?? 600);
      };
    });
    const onAbort = (): void => cancelled?.();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const answer = running.connection.sendRequest<T>(method, params, cancellation.token);
      return await Promise.race([answer, running.ended, abandoned]);
    } catch (error) {
      if (signal?.aborted) throw new CancelledError('Cancelled.');
      if (error instanceof Fault) throw error;
      if (error instanceof ResponseError && error.data !== undefined) {
        const fault = error.data as EngineFault;
        throw new Fault(fault.code, fault.message, fault.details);
      }
      // A request that the connection itself gave up is the first sign of a crash; the exit code follows at once.
      return await withTimeout(running.ended, 2000, error);
    } finally {
      clearTimeout(killTimer);
      signal?.removeEventListener('abort', onAbort);
      cancellation.dispose();
    }
  }

  private start(): Running {
    const { program, log } = this.options;
    const child = spawn(process.execPath, [program], {
      stdio: ['pipe', 'pipe', 'pipe'],
      // In the editor process.execPath is Electron, which is told to be plain Node.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    });
    const connection = createMessageConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    const running: Running = {
      child,
      connection,
      ended: new Promise<never>((_, reject) => {
        const gone = (signal: string): void => {
          if (this.running === running) this.running = undefined;
          connection.dispose();
          reject(new EngineCrash(signal));
        };
        child.once('error', (error) => gone(error.message));
        child.once('exit', (code, signal) => gone(signal ?? `exit code ${code}`));
      }),
    };
    // Between requests nobody waits for the end; it must not count as unhandled.
    running.ended.catch(() => {});
    child.stdin.on('error', () => {});
    child.stderr.setEncoding('utf8').on('data', (text: string) => log('warn', text.trimEnd()));
    connection.onError(([error]) => log('warn', `engine connection: ${error.message}`));
    connection.onNotification(METHOD.log, (notice: LogNotice) => log(notice.level, notice.text));
    connection.onNotification(METHOD.progress, (notice: MeasureProgress) => this.listener.progress?.(notice));
    connection.onNotification(METHOD.checkpoint, (notice: CheckpointNotice) => this.listener.checkpoint?.(notice));
    connection.onNotification(METHOD.failed, (notice: FailedNotice) => this.listener.failed?.(notice));
    connection.onNotification(METHOD.reproduceProgress, (notice: ReproduceProgress) => this.reproducing?.(notice));
    connection.onNotification(METHOD.provider, (notice: ProviderState) => this.listener.provider?.(notice));
    connection.listen();
    return running;
  }
}

async function withTimeout(promise: Promise<never>, milliseconds: number, otherwise: unknown): Promise<never> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(otherwise as Error), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
