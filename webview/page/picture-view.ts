/** The picture of collapse: three classes in their plane or on the sphere, moving over the epochs. */
import { GeometryChart } from '../charts/geometry-chart';
import { className } from '../charts/geometry-figures';
import { geometryPalette } from '../charts/geometry-palette';
import { pictureConfig } from '../charts/picture-config';
import {
  between,
  choosable,
  outside,
  type PictureFigure,
  pictureFigure,
  pictureKinds,
  type PictureKind,
  reach,
  threeClasses,
} from '../charts/picture-figure';
import type { Three } from '../charts/plane';
import { checkpointName } from '../charts/figure';
import { formatValue } from '../../src/metrics/number-format';
import type { CheckpointReport } from '../../src/protocol/report';
import { element } from '../element';
import { chosenCheckpoint, type RunState } from '../state';
import type { Context } from './context';
import { type Behind, behindPicture } from './geometry-behind';
import { GeometryView } from './geometry-view';
import { GroupedChoice } from './grouped-choice';
import { pictureKey } from './picture-key';
import { PicturePlayer } from './picture-player';

interface Frame {
  checkpoint: CheckpointReport;
  figure: PictureFigure;
}

const PLACES = ['Top class', 'Left class', 'Right class'] as const;

export class PictureView {
  readonly view: GeometryView;
  private readonly chart = new GeometryChart<'scatter', { x: number; y: number }[]>('picture', 'Picture of collapse');
  private readonly choices: GroupedChoice[];
  private readonly kind: GroupedChoice;
  private readonly player: PicturePlayer;
  private readonly key = element('ul', { class: 'legend inline picture-key' });
  private frames: Frame[] = [];
  private half = 1;

  constructor(private readonly context: Context) {
    this.choices = PLACES.map(
      (label, at) => new GroupedChoice(`picture-class-${at + 1}`, label, (value) => this.choose(at, Number(value))),
    );
    this.kind = new GroupedChoice('picture-kind', 'Picture', (value) =>
      this.context.choose({ geometry: { ...this.context.run().choices.geometry, picture: value as PictureKind } }),
    );
    this.player = new PicturePlayer({
      show: (at) => this.draw(at),
      settle: (at) => {
        const path = this.frames[at]?.checkpoint.path;
        if (path !== undefined) context.choose({ checkpoint: path });
      },
      name: (at) => {
        const frame = this.frames[at];
        return frame ? checkpointName(frame.checkpoint) : '';
      },
    });
    const pickers = element(
      'div',
      { class: 'picture-choices' },
      this.kind.root,
      ...this.choices.map(({ root }) => root),
    );
    this.view = new GeometryView(
      {
        id: 'picture',
        title: 'Picture of collapse',
        metrics: ['nc1', 'nc3'],
        chart: this.chart.root,
        tools: [pickers, this.player.root],
        foot: [this.key],
      },
      context,
    );
    this.chart.root.classList.add('square');
  }

  update(state: RunState): void {
    const { report, choices } = state;
    const kinds = pictureKinds(report);
    const kind = kinds.find((one) => one === choices.geometry?.picture) ?? kinds[0];
    const three = kind && threeClasses(report, kind, choices.geometry?.classes);
    this.kind.root.hidden = kinds.length < 2;
    for (const { root } of this.choices) root.hidden = !three;
    if (!kind || !three) {
      this.frames = [];
      this.player.update(0, 0);
      this.view.update({ missing: reasonIn(report.checkpoints) }, () => undefined);
      return;
    }
    this.frames = report.checkpoints.flatMap((checkpoint) => {
      const figure = checkpoint.geometry && pictureFigure(checkpoint.geometry, kind, three);
      return figure && !('missing' in figure) ? [{ checkpoint, figure }] : [];
    });
    this.half = reach(this.frames.map(({ figure }) => figure));
    this.offer(state, kinds, kind, three);
    const chosen = chosenCheckpoint(report, choices);
    const at = this.frames.findIndex(({ checkpoint }) => checkpoint === chosen);
    this.player.update(this.frames.length, at);
    const missing = at < 0 && !this.player.playing ? missingAt(chosen, kind, three) : undefined;
    this.view.update({ missing, behind: () => this.behind() }, () => this.draw(this.player.shown));
    if (this.frames[0]) this.key.replaceChildren(...pictureKey(this.frames[0].figure, report.run.classNames));
  }

  destroy(): void {
    this.player.destroy();
    this.view.destroy();
    this.chart.destroy();
  }

  private offer({ report }: RunState, kinds: PictureKind[], kind: PictureKind, three: Three): void {
    const named = { plane: 'plane of three classes', sphere: 'sphere of all classes' };
    this.kind.update([{ label: 'Picture', options: kinds.map((value) => ({ value, text: named[value] })) }], kind);
    const options = choosable(report, kind).map((c) => ({ value: `${c}`, text: className(report.run.classNames, c) }));
    this.choices.forEach((choice, at) => choice.update([{ label: PLACES[at]!, options }], `${three[at]}`));
  }

  /** The class that stood there goes where the chosen one stood, so that the three always differ. */
  private choose(at: number, c: number): void {
    const figure = this.frames[0]?.figure;
    if (!figure) return;
    const classes = [...figure.three];
    const other = classes.indexOf(c);
    if (other >= 0) classes[other] = classes[at]!;
    classes[at] = c;
    this.context.choose({ geometry: { ...this.context.run().choices.geometry, classes } });
  }

  /** On the way between two checkpoints: the one it comes from, whose numbers were measured. */
  private behind(): Behind | undefined {
    const frame = this.frames[Math.floor(this.player.shown)];
    const { classNames } = this.context.run().report.run;
    return frame && behindPicture(frame.figure, { half: this.half, classNames }, checkpointName(frame.checkpoint));
  }

  private draw(at: number): void {
    const frame = this.frames[Math.floor(at)];
    if (!frame) return;
    const next = this.frames[Math.floor(at) + 1];
    const figure = next && at % 1 > 0 ? between(frame.figure, next.figure, at % 1) : frame.figure;
    const palette = geometryPalette(this.context.palette());
    const { classNames } = this.context.run().report.run;
    const paint = (): void => {
      const frameOf = { half: this.half, ratio: this.ratio, classNames };
      this.chart.draw(pictureConfig(figure, palette, frameOf), this.summary(frame));
    };
    const before = this.chart.area;
    paint();
    // Only what was drawn knows its size: once more where both axes would differ in scale.
    const after = this.chart.area;
    if (after && (before?.width !== after.width || before.height !== after.height)) paint();
    this.view.say(noteOf(figure, this.half, this.ratio));
  }

  /** Width over height inside the axes, so that a circle is one. */
  private get ratio(): number {
    const area = this.chart.area;
    return area && area.height > 0 ? area.width / area.height : 1;
  }

  private summary({ checkpoint, figure }: Frame): string {
    const { classNames } = this.context.run().report.run;
    const names = figure.three.map((c) => className(classNames, c)).join(', ');
    const means = figure.series.filter(({ role }) => role === 'means' || role === 'pairMeans');
    const places = means.flatMap(({ of, spots }) =>
      spots.map(({ x, y }, i) => {
        const own = of[i]!.map((c) => className(classNames, c)).join(' + ');
        return `${own} at (${formatValue(x)}, ${formatValue(y)})`;
      }),
    );
    const told = figure.kind === 'plane' ? `: means ${places.join('; ')}` : `: directions of ${places.length} classes`;
    return `${figure.kind === 'plane' ? 'Plane of the means' : 'Unit sphere'} of ${names} at ${checkpointName(checkpoint)}${told}. ${noteOf(figure, this.half, this.ratio)}`;
  }
}

function noteOf(figure: PictureFigure, half: number, ratio: number): string {
  if (figure.kind === 'sphere') {
    return figure.share !== undefined && figure.share < 1
      ? `The three directions drawn hold ${formatValue(figure.share, true)} of the squared length; hollow points lie behind.`
      : '';
  }
  const { outside: out, samples } = outside(figure, half, ratio);
  return out > 0 ? `${out} of ${samples} samples lie outside the frame.` : '';
}

function missingAt(chosen: CheckpointReport | undefined, kind: PictureKind, three: Three): string {
  const figure = chosen?.geometry && pictureFigure(chosen.geometry, kind, three);
  return figure && 'missing' in figure ? figure.missing : 'this checkpoint was measured by an earlier version';
}

function reasonIn(checkpoints: readonly CheckpointReport[]): string {
  const picture = checkpoints.at(-1)?.geometry?.picture;
  if (picture && 'notApplicable' in picture) return picture.notApplicable;
  return picture ? 'it needs three classes' : 'nothing is measured yet';
}
