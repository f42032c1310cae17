/** The page of an experiment: claim, set-up, curves as they grow, and the verdict with its numbers. */
import { paperByKey, shortCitation } from '../../src/papers/catalogue';
import type { FromPanel } from '../../src/protocol/panel';
import type { Parameter, Settings } from '../../src/protocol/theory';
import { displayFormula } from '../cards/formula';
import { element, textButton } from '../element';
import type { ExperimentState } from '../state';
import type { Palette } from '../theme';
import { button } from '../toolkit';
import { ExperimentCharts } from './experiment-charts';
import { verdictSection } from './verdict';
import { t } from '../words';

type Send = (message: FromPanel) => void;

export class ExperimentPage {
  readonly root: HTMLElement;
  private readonly inputs = new Map<string, HTMLInputElement>();
  private readonly run: HTMLElement;
  private readonly cancel: HTMLElement;
  private readonly status = element('span', { class: 'muted', role: 'status' });
  private readonly bar = element('progress', { max: '1', 'aria-label': t('Progress') });
  private readonly verdict = element('div');
  private readonly charts: ExperimentCharts;
  private known: Settings | undefined;

  constructor(
    private state: ExperimentState,
    private readonly send: Send,
    palette: () => Palette,
  ) {
    const { facts } = state;
    const paper = paperByKey(facts.paper);
    this.charts = new ExperimentCharts(palette);
    this.run = button(t('Run'), 'primary', () => this.start());
    this.cancel = button(t('Cancel'), 'secondary', () => send({ type: 'cancel' }));
    const source = textButton('link', paper ? shortCitation(paper) : facts.paper, () =>
      send({ type: 'openPaper', paper: facts.paper }),
    );
    const form = element('form', { class: 'parameters', 'aria-label': t('Set-up') });
    form.append(...facts.parameters.map((one) => this.parameter(one)));
    // Enter in a field runs it, as in any form.
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.start();
    });
    form.append(element('button', { type: 'submit', hidden: '' }));
    const defaults = textButton('link', t('Defaults'), () => this.fill({}));
    this.root = element(
      'article',
      { class: 'experiment', 'data-paper': facts.paper },
      element('p', { class: 'eyebrow' }, `${t('Reproduced on this machine')} · `, source),
      element('h1', {}, facts.title),
      element('p', { class: 'claim' }, facts.claim),
      displayFormula(facts.formula),
      element('p', { class: 'muted setup' }, facts.setup),
      form,
      element('div', { class: 'run-line' }, this.run, this.cancel, defaults, this.bar, this.status),
      this.verdict,
      this.charts.root,
    );
  }

  update(state: ExperimentState): void {
    this.state = state;
    const { running, share, settings, result, message, charts } = state;
    if (settings !== this.known) {
      this.known = settings;
      this.fill(settings);
    }
    this.run.toggleAttribute('disabled', running);
    this.cancel.hidden = !running;
    this.bar.hidden = !running;
    this.bar.value = share;
    const ended = message ?? (result ? `${result.seconds.toFixed(1)} s` : '');
    this.status.textContent = running ? `${Math.round(100 * share)} %` : ended;
    this.verdict.replaceChildren(...(result ? [verdictSection(result)] : []));
    this.charts.update(charts);
  }

  retheme(): void {
    this.charts.update(this.state.charts);
  }

  destroy(): void {
    this.charts.destroy();
  }

  private start(): void {
    const changed: Record<string, number> = {};
    for (const { id, default: usual } of this.state.facts.parameters) {
      const input = this.inputs.get(id);
      if (input && !input.reportValidity()) return;
      const value = Number(input?.value);
      if (value !== usual) changed[id] = value;
    }
    this.send({ type: 'reproduce', settings: JSON.stringify(changed) });
  }

  private fill(settings: Settings): void {
    for (const { id, default: usual } of this.state.facts.parameters) {
      const input = this.inputs.get(id);
      if (input) input.value = String(settings[id] ?? usual);
    }
  }

  private parameter({ id, plain, min, max, default: usual, whole = false }: Parameter): HTMLElement {
    const input = element('input', {
      id: `parameter-${id}`,
      type: 'number',
      min: String(min),
      max: String(max),
      step: whole ? '1' : 'any',
      value: String(usual),
      required: '',
      'aria-describedby': `says-${id}`,
    });
    this.inputs.set(id, input);
    return element(
      'div',
      { class: 'parameter', title: `${plain} ${t('{0} to {1}.', min, max)}` },
      element('label', { for: input.id }, id),
      input,
      element('span', { id: `says-${id}`, class: 'muted' }, plain),
    );
  }
}
