/** The webview's entry: takes messages, keeps the state, shows the page that belongs to it. */
import type { FromPanel, ToPanel } from '../src/protocol/panel';
import { HoverCard } from './cards/hover-card';
import { metricPage } from './cards/metric-page';
import { paperPage } from './cards/paper-card';
import { exposeInventory } from './charts/inventory';
import { element } from './element';
import { connectHost } from './host';
import { filePage } from './page/file-page';
import { ReportPage } from './page/report-page';
import { choose, type PanelState, receive, restore } from './state';
import { StateKeeper } from './state-keeper';
import { observeTheme, readPalette } from './theme';
import { ExperimentPage } from './theory/experiment-page';
import { registerToolkit } from './toolkit';
import { t } from './words';

registerToolkit();
exposeInventory();

const host = connectHost();
const app = document.querySelector('main') ?? document.body.appendChild(element('main'));
const send = (message: FromPanel): void => host.send(message);
const card = new HoverCard(send);

const keeper = new StateKeeper((kept) => host.save(kept));

let state: PanelState = restore(host.saved());
let page: ReportPage | undefined;
let drawing = false;
let experiment: ExperimentPage | undefined;

function show(next: PanelState): void {
  state = next;
  keeper.keep(state);
  if (state.kind === 'run') {
    if (!page) {
      page = new ReportPage(state, card, { send, choose: (choices) => show(choose(state, choices)) });
      app.replaceChildren(page.root);
    }
    page.update(state);
    return;
  }
  page?.destroy();
  page = undefined;
  card.hide();
  if (state.kind === 'experiment') {
    if (!experiment) {
      experiment = new ExperimentPage(state, send, readPalette);
      app.replaceChildren(experiment.root);
    }
    experiment.update(state);
    return;
  }
  app.replaceChildren(otherPage(state));
}

function otherPage(other: PanelState): HTMLElement {
  if (other.kind === 'paper') return paperPage(other, send);
  if (other.kind === 'metric') return metricPage(other.explained, send);
  if (other.kind === 'file') return filePage(other.overview, send);
  return element('p', { class: 'notice' }, t('Waiting for a report…'));
}

/** Progress is neither saved nor drawn beyond the masthead. */
function progress(next: PanelState): void {
  state = next;
  if (state.kind === 'run') page?.progress(state);
}

/** Checkpoints may arrive faster than pages can be drawn: those of one frame are drawn together. */
function arrived(next: PanelState): void {
  state = next;
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    show(state);
  });
}

host.receive((message: ToPanel) => {
  if (message.type === 'showMetric') page?.showMetric(message.metric);
  else if (message.type === 'progress') progress(receive(state, message));
  else if (message.type === 'checkpoint' || message.type === 'failed') arrived(receive(state, message));
  else show(receive(state, message));
});
observeTheme(() => {
  page?.retheme();
  experiment?.retheme();
});
show(state);
send({ type: 'ready' });
