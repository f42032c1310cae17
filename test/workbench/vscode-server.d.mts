export interface ServerOptions {
  /** A free one by default. */
  port?: number;
  /** Reaches the extension host. */
  env?: Record<string, string>;
  /** Added to the quiet ones. */
  settings?: Record<string, unknown>;
  /** Who does not know it is not let in. */
  token?: string;
  /** Folder of an extension that is installed as it lies there. */
  extension?: string;
  /** Lets pages load an extension under development and its tests; such a workbench shows no notifications. */
  automation?: boolean;
}

/** Where to go in a running server. */
export interface Target {
  workspace: string;
  /** Folder of an extension under development; needs `automation`. */
  development?: string;
  /** Module whose `run()` the extension host calls; needs `automation`. */
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

export function startServer(options?: ServerOptions): Promise<Server>;
