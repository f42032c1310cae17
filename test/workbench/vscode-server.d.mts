/** Where to go in a running server; `tests` names the module whose `run()` the extension host is to call. */
export interface Target {
  workspace: string;
  extension?: string;
  tests?: string;
}

export interface Server {
  readonly port: number;
  readonly exited: Promise<unknown>;
  url(target: Target): string;
  /** The last lines of the server's log. */
  tail(): string;
  changeSettings(changes: Record<string, unknown>): Promise<void>;
  stop(): Promise<void>;
}

export interface ServerOptions {
  port?: number;
  env?: Record<string, string>;
  settings?: Record<string, unknown>;
  token?: string;
}

export function startServer(options?: ServerOptions): Promise<Server>;
