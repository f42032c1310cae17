/** The page by itself in a browser: what the editor would do is done here, or cannot be asked for. */
import { bibtex, links, paperByKey } from '../src/papers/catalogue';
import type { FromPanel, ToPanel } from '../src/protocol/panel';
import type { Report } from '../src/protocol/report';
import type { Host } from './host';

const EMBEDDED_REPORT = 'embedded-report';

/** The report that the file carries; undefined where the page belongs to an editor. */
function embeddedReport(): Report | undefined {
  const text = document.getElementById(EMBEDDED_REPORT)?.textContent;
  return text ? (JSON.parse(text) as Report) : undefined;
}

/** Answers the page in the editor's place; undefined where no report is embedded. */
export function standaloneHost(): Host | undefined {
  const report = embeddedReport();
  if (!report) return undefined;
  document.body.classList.add('standalone');
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const theme = (): void => {
    document.body.classList.toggle('vscode-dark', dark.matches);
    document.body.classList.toggle('vscode-light', !dark.matches);
  };
  dark.addEventListener('change', theme);
  theme();
  let answer: (message: ToPanel) => void = () => undefined;
  return {
    send: (message) => {
      if (message.type === 'ready') {
        const origin = { target: '', folder: '', checkpoints: report.checkpoints.length };
        answer({ type: 'report', report, running: false, origin });
      } else if (message.type === 'showMetric' || message.type === 'explainMetric') {
        answer({ type: 'showMetric', metric: message.metric });
      } else act(message).catch(() => undefined); // a browser that lets nobody at its clipboard
    },
    receive: (handler) => (answer = handler),
    saved: () => undefined,
    save: () => undefined,
  };
}

async function act(message: FromPanel): Promise<void> {
  switch (message.type) {
    case 'openLink':
      return open(message.paper, message.link);
    case 'openPaper':
      return open(message.paper);
    case 'copyBibtex': {
      const paper = paperByKey(message.paper);
      if (paper) await navigator.clipboard.writeText(bibtex(paper));
      return;
    }
    case 'copyText':
      return navigator.clipboard.writeText(message.text);
    case 'savePicture': {
      const { data, format, name } = message;
      const address = format === 'svg' ? `data:image/svg+xml;charset=utf-8,${encodeURIComponent(data)}` : data;
      const anchor = Object.assign(document.createElement('a'), { href: address, download: `${name}.${format}` });
      anchor.click();
    }
  }
}

function open(key: string, link?: string): void {
  const paper = paperByKey(key);
  const address = paper && links(paper).find((other) => link === undefined || other.link === link)?.url;
  if (address) window.open(address, '_blank', 'noopener');
}
