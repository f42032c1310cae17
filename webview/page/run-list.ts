/** The runs of a comparison, at the head of the page: what each is, its chosen epoch, and how to take it away. */
import { formatCount } from '../../src/metrics/number-format';
import { penultimate } from '../../src/protocol/report';
import { type ShownRun, shownRuns } from '../charts/compare';
import { checkpointName } from '../charts/figure';
import { element, textButton } from '../element';
import type { RunState } from '../state';
import { Choice } from '../toolkit';
import { t } from '../words';
import type { Context } from './context';
import { swatch } from './swatch';

interface Entry {
  root: HTMLElement;
  facts: HTMLElement;
  choice: Choice;
}

export class RunList {
  readonly root = element('ul', { class: 'runs', 'aria-label': t('Runs') });
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly context: Context) {}

  update(state: RunState): void {
    const runs = shownRuns(state);
    this.root.hidden = runs.length < 2;
    if (this.root.hidden) return;
    for (const id of [...this.entries.keys()]) if (!runs.some((run) => run.id === id)) this.entries.delete(id);
    const wanted = runs.map((run) => {
      // Styles move up when a run is taken away.
      const key = `${run.id}`;
      const entry = this.entries.get(key) ?? this.entry(run);
      this.entries.set(key, entry);
      entry.root.querySelector('svg')?.replaceWith(swatch(run.style));
      entry.facts.textContent = factsOf(run);
      const { checkpoints } = run.report;
      const options = checkpoints.map((one) => ({ value: one.path, text: checkpointName(one) }));
      if (run.chosen) entry.choice.update(options, run.chosen.path);
      entry.choice.root.hidden = checkpoints.length < 2;
      return entry.root;
    });
    if (wanted.length !== this.root.children.length || wanted.some((root, i) => this.root.children[i] !== root)) {
      this.root.replaceChildren(...wanted);
    }
  }

  private entry({ id, name, style }: ShownRun): Entry {
    const facts = element('span', { class: 'muted' });
    const choice = new Choice(`epoch-of-${this.entries.size}-${style}`, t('Checkpoint of {0}', name), (path) => {
      const { others } = this.context.run().choices;
      this.context.choose(id === '' ? { checkpoint: path } : { others: { ...others, [id]: path } });
    });
    choice.root.classList.add('unlabelled');
    const remove = textButton('link', t('Remove'), () => this.context.send({ type: 'dropRun', run: id }));
    remove.setAttribute('aria-label', t('Remove {0} from the comparison', name));
    const title = element('span', { class: 'run-name' }, name);
    const root = element('li', {}, swatch(style), title, facts, choice.root, id === '' ? undefined : remove);
    return { root, facts, choice };
  }
}

function factsOf({ report, chosen }: ShownRun): string {
  const { run, checkpoints } = report;
  const dimension = chosen && (penultimate(chosen)?.dimension ?? chosen.classifier?.dimension);
  return [
    t('K = {0}', formatCount(run.classes)),
    ...(dimension === undefined ? [] : [t('d = {0}', formatCount(dimension))]),
    ...(run.loss === undefined ? [] : [run.loss]),
    ...(run.weightDecay === undefined ? [] : [t('weight decay {0}', run.weightDecay)]),
    checkpoints.length === 1 ? t('1 checkpoint') : t('{0} checkpoints', checkpoints.length),
  ].join(' · ');
}
