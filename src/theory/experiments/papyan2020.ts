/** A real network on real images: past zero training error, all signs of Neural Collapse keep falling. */
import type { Check, TheoryChart } from '../../protocol/theory';
import { setting, type Experiment } from '../experiment';
import { readImages } from '../images';
import { measure } from '../measure';
import { randomLayers, type DeepModel } from '../models/deep';
import { accuracyOf, lastLayer } from '../models/deep-representation';
import { crossEntropy } from '../models/losses';
import { cosine, train } from '../optimise/descent';
import { Random } from '../random';
import { amount, classCount, count, seedOfAll } from '../parameter-kinds';

/** All that must be lower at the end than at the first epoch of zero error, by the property that they are a sign of. */
const FALLING = {
  nc1: ['nc1'],
  equinorm: ['nc2.means.normCv'],
  angles: ['nc2.means.cosStd', 'nc2.weights.cosStd', 'nc2.means.maxAngle', 'nc2.weights.maxAngle'],
  duality: ['nc3'],
} as const;
const EQUINORM_WEIGHTS = 'nc2.weights.normCv';
const TITLES: Readonly<Record<string, string>> = {
  nc1: 'NC1: spread within the classes',
  equinorm: 'NC2: inequality of the lengths',
  angles: 'NC2: inequality of the angles',
  duality: 'NC3: distance of the classifier from the class means',
  decisions: 'NC4: decisions that are not the nearest class centre’s',
};
const IDS: Readonly<Record<string, readonly string[]>> = {
  ...FALLING,
  equinorm: [...FALLING.equinorm, EQUINORM_WEIGHTS],
  decisions: ['nc4'],
};

export const papyan2020: Experiment = {
  paper: 'papyan2020',
  title: 'Collapse goes on after the last error',
  claim:
    'When the last training sample is classified correctly, training is not over: features keep falling onto their class means, these onto a simplex, the classifier onto the class means, and decisions become those of the nearest class centre.',
  setup:
    'A multilayer perceptron with ReLU is trained by cross-entropy, weight decay and momentum on a small cut of Fashion-MNIST, far beyond zero training error. Every measure at the end is compared with its value at the first epoch of zero error.',
  formula: String.raw`\mathrm{NC1}\dots\mathrm{NC4}\big|_{\text{end}}<\mathrm{NC1}\dots\mathrm{NC4}\big|_{\text{zero error}}`,
  parameters: [
    classCount(5, 4),
    count('n', 'n', 'Training images a class.', [20, 100], 100),
    count('width', 'width', 'Features in each hidden layer.', [16, 64], 64),
    count('depth', 'depth', 'Hidden layers.', [2, 6], 5),
    count('epochs', 'epochs', 'Times that all images are seen.', [2, 400], 250),
    amount('decay', String.raw`\lambda`, 'Weight decay.', [0, 0.02], 3e-3),
    seedOfAll,
  ],

  async run(settings, stage) {
    const { classes, size, train: images } = readImages(await stage.images(), setting(settings, 'K'), setting(settings, 'n')); // prettier-ignore
    const hidden = new Array<number>(setting(settings, 'depth')).fill(setting(settings, 'width'));
    const model: DeepModel = { widths: [size, ...hidden, classes], bias: true, loss: crossEntropy, decay: setting(settings, 'decay') }; // prettier-ignore
    const random = new Random(setting(settings, 'seed'));
    const x = randomLayers(model, random);
    const epochs = setting(settings, 'epochs');
    const curves = new Map<string, [number, number][]>(
      Object.values(IDS)
        .flat()
        .map((id) => [id, []]),
    );
    let zeroError: number | undefined;
    let first: Readonly<Record<string, number>> = {};
    let last: Readonly<Record<string, number>> = {};
    const charts = (): TheoryChart[] =>
      Object.entries(IDS).map(([id, ids]) => {
        const values = ids.flatMap((one) => curves.get(one)!.map(([, y]) => y)).filter((y) => y > 0);
        const mark: [number, number][] = zeroError === undefined || values.length === 0 ? [] : [[zeroError, Math.min(...values)], [zeroError, Math.max(...values)]]; // prettier-ignore
        return {
          id,
          title: TITLES[id]!,
          x: { title: 'epoch' },
          y: { title: ids.length === 1 ? ids[0]! : 'value', log: id !== 'decisions' },
          series: [
            ...ids.map((one) => ({ name: one, kind: 'measured' as const, points: curves.get(one)! })),
            { name: 'zero training error', kind: 'bound' as const, points: mark },
          ],
        };
      });
    await train(model, x, images, random, {
      epochs,
      batch: 20,
      rate: cosine(0.02),
      onBatch: (share) => stage.step(share, charts),
      onEpoch: async (epoch) => {
        const found = lastLayer(model, x, images);
        const reached = zeroError === undefined && accuracyOf(found) === 1;
        if (!reached && epoch % 5 !== 0 && epoch !== epochs && epoch > 5) return;
        ({ metrics: last } = measure(found, [...curves.keys()]));
        for (const [id, points] of curves) if (last[id] !== undefined) points.push([epoch, last[id]]);
        if (reached) [zeroError, first] = [epoch, last];
      },
    });
    return {
      charts: charts(),
      checks: checksOf(first, last),
      notes: [
        zeroError === undefined
          ? 'Zero training error was not reached, so there is nothing to compare with.'
          : `Zero training error was reached at epoch ${zeroError} of ${epochs}.`,
        `The lengths of the classifier rows (${EQUINORM_WEIGHTS}) are nearly equal from their random start on, so that they need not fall: ${format(first[EQUINORM_WEIGHTS])} at zero error, ${format(last[EQUINORM_WEIGHTS])} at the end.`,
        `NC1 fell by a factor of ${format(first.nc1! / last.nc1!)}. A perceptron this small on real images does not collapse all the way: weight decay and what it can express hold it.`,
      ],
    };
  },
};

function format(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? 'unknown' : value.toPrecision(2);
}

function checksOf(first: Readonly<Record<string, number>>, last: Readonly<Record<string, number>>): Check[] {
  return [
    ...Object.values(FALLING)
      .flat()
      .map((id): Check => ({
        id,
        what: `${id} at the end, against its value at the first epoch of zero error.`,
        measured: first[id] === undefined ? NaN : last[id]!,
        relation: 'atMost',
        expected: first[id] ?? NaN,
        tolerance: 0,
        because: BECAUSE,
      })),
    {
      id: EQUINORM_WEIGHTS,
      what: 'Inequality of the lengths of the classifier rows at the end.',
      measured: last[EQUINORM_WEIGHTS] ?? NaN,
      relation: 'atMost',
      expected: 0,
      tolerance: 0.1,
      because: 'They start nearly equal and stay so: 0.02 to 0.05 at the end over five seeds.',
    },
    {
      id: 'nc4',
      what: 'Share of training images whose decision is not that of the nearest class centre, at the end.',
      measured: first.nc4 === undefined ? NaN : last.nc4!,
      relation: 'atMost',
      expected: 0,
      tolerance: 0.005,
      because: 'Two of the 400 images at the defaults; five seeds gave none.',
    },
  ];
}

const BECAUSE =
  'Lower is lower: no tolerance. Over five seeds the values at the end were 0.08 to 0.95 of those at zero error, NC1 0.25 to 0.4.';
