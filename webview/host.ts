/** The webview's end of the channel to the extension host. */
import type { FromPanel, ToPanel } from '../src/protocol/panel';
import { standaloneHost } from './standalone';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

export interface Host {
  send(message: FromPanel): void;
  /** Called for every message from the host, in order. */
  receive(handler: (message: ToPanel) => void): void;
  /** What the page saved before it was hidden or reloaded. */
  saved(): unknown;
  save(state: unknown): void;
}

/** VS Code gives its API once per page; a page that carries its report needs none. */
export function connectHost(): Host {
  const alone = standaloneHost();
  if (alone) return alone;
  const api = acquireVsCodeApi();
  return {
    send: (message) => api.postMessage(message),
    receive: (handler) =>
      window.addEventListener('message', (event: MessageEvent<ToPanel>) => {
        // An extension never posts a bare string or null; other frames' chatter is dropped.
        if (typeof event.data === 'object' && event.data !== null && 'type' in event.data) handler(event.data);
      }),
    saved: () => api.getState(),
    save: (state) => api.setState(state),
  };
}
