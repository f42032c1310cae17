/** A deep perceptron on real images: every layer separates the classes by about the same factor. */
import { measureAcross } from '../../metrics/registry';
import type { Check, TheoryChart } from '../../protocol/theory';
import { setting, type Experiment } from '../experiment';
import { readImages } from '../images';
import { measureOne } from '../measure';
import { randomLayers, type DeepModel } from '../models/deep';
import { accuracyOf, hiddenLayers, lastLayer } from '../models/deep-representation';
import { crossEntropy } from '../models/losses';
import { cosine, train } from '../optimise/descent';
import { Random } from '../random';
import { amount, classCount, count, seedOfAll } from '../parameter-kinds';

interface Law {
  /** D at each hidden layer. */
  fuzziness: number[];
  /** ρ, and R² of the line through log D. */
  decay: number;
  determination: number;
}

export const hesu2023: Experiment = {
  paper: 'hesu2023',
  title: 'Every layer does an equal share',
  claim:
    'In a trained deep network each layer separates the classes further, and by the same factor: the logarithm of the separation fuzziness falls along a straight line over depth.',
  setup:
    'A deep multilayer perceptron is trained by cross-entropy on a small cut of Fashion-MNIST. The separation fuzziness of the training images is measured at every hidden layer, before and after, and a line is fitted to its logarithm.',
  formula: String.raw`D_\ell=\mathrm{tr}\!\left(SS_W\,SS_B^{+}\right)\approx D_0\,\rho^{\ell}`,
  parameters: [
    classCount(10, 10, 3),
    count('n', 'n', 'Training images a class.', [20, 100], 100),
    count('width', 'width', 'Features in each hidden layer.', [16, 80], 64),
    count('depth', 'depth', 'Hidden layers.', [3, 9], 7),
    count('epochs', 'epochs', 'Times that all images are seen.', [1, 80], 50),
    amount('rate', String.raw`\eta`, 'Largest learning rate.', [1e-4, 0.03], 0.01),
    seedOfAll,
  ],

  async run(settings, stage) {
    const { classes, size, train: images } = readImages(await stage.images(), setting(settings, 'K'), setting(settings, 'n')); // prettier-ignore
    const depth = setting(settings, 'depth');
    const hidden = new Array<number>(depth).fill(setting(settings, 'width'));
    const model: DeepModel = { widths: [size, ...hidden, classes], bias: true, loss: crossEntropy, decay: 5e-4 };
    const random = new Random(setting(settings, 'seed'));
    const x = randomLayers(model, random);
    const epochs = setting(settings, 'epochs');
    const lawNow = async (share: number): Promise<Law> => {
      const fuzziness: number[] = [];
      for (const layer of hiddenLayers(model, x, images)) {
        fuzziness.push(measureOne(layer, 'separation.fuzziness'));
        await stage.step(share);
      }
      return lawOf(fuzziness, hidden);
    };
    const start = await lawNow(0);
    let law = start;
    const fits: [number, number][] = [];
    const charts = (): TheoryChart[] => [
      {
        id: 'law',
        title: 'Separation fuzziness at each layer',
        x: { title: 'hidden layer' },
        y: { title: 'D', log: true },
        series: [
          { name: 'before training', kind: 'measured', points: start.fuzziness.map((D, l) => [l + 1, D]) },
          { name: 'now', kind: 'measured', points: law.fuzziness.map((D, l) => [l + 1, D]) },
          { name: 'one factor a layer', kind: 'theory', points: line(law) },
        ],
      },
      {
        id: 'fit',
        title: 'How straight the line is',
        x: { title: 'epoch' },
        y: { title: 'R² of log D over depth' },
        series: [
          { name: 'measured', kind: 'measured', points: fits },
          { name: 'asked for', kind: 'bound', points: [[0, LEAST_FIT], [epochs, LEAST_FIT]] }, // prettier-ignore
        ],
      },
    ];
    fits.push([0, start.determination]);
    await train(model, x, images, random, {
      epochs,
      batch: 20,
      rate: cosine(setting(settings, 'rate')),
      onBatch: (share) => stage.step(share, charts),
      onEpoch: async (epoch) => {
        if (epoch % 5 !== 0 && epoch !== epochs) return;
        law = await lawNow(epoch / epochs);
        fits.push([epoch, law.determination]);
      },
    });
    const accuracy = accuracyOf(lastLayer(model, x, images));
    return {
      charts: charts(),
      checks: checksOf(law, accuracy),
      notes: [
        `Each layer multiplies the fuzziness by ${law.decay.toFixed(2)} (before training: ${start.decay.toFixed(2)}).`,
        'With few, easily told classes, or a large learning rate, the first layers do more than their share and the line bends.',
      ],
    };
  },
};

const LEAST_FIT = 0.9;

function lawOf(fuzziness: number[], widths: readonly number[]): Law {
  const layers = fuzziness.map((D, l) => ({
    depth: l + 1,
    dimension: widths[l]!,
    role: l + 1 === fuzziness.length ? ('penultimate' as const) : ('hidden' as const),
    metrics: { 'separation.fuzziness': D },
  }));
  const { metrics } = measureAcross(layers);
  return { fuzziness, decay: metrics['separation.decay'] ?? NaN, determination: metrics['separation.r2'] ?? NaN };
}

/** The line that was fitted: through the mean of log D, with slope log ρ. */
function line({ fuzziness, decay }: Law): [number, number][] {
  const layers = fuzziness.length;
  const middle = fuzziness.reduce((sum, D) => sum + Math.log(D) / layers, 0);
  return fuzziness.map((_, l) => [l + 1, Math.exp(middle + (l - (layers - 1) / 2) * Math.log(decay))]);
}

function checksOf(law: Law, accuracy: number): Check[] {
  return [
    {
      id: 'fit',
      what: 'R² of a straight line through the logarithm of the fuzziness over the hidden layers.',
      measured: law.determination,
      relation: 'atLeast',
      expected: LEAST_FIT,
      tolerance: 0,
      because: 'The line explains more than 0.9 of the variance: 0.945 to 0.987 over five seeds.',
    },
    {
      id: 'decay',
      what: 'Factor by which a layer changes the fuzziness.',
      measured: law.decay,
      relation: 'atMost',
      expected: 0.9,
      tolerance: 0,
      because:
        'Below 1 layers separate. Trained networks gave 0.69 to 0.76 over five seeds, untrained ones 1.13 to 1.39.',
    },
    {
      id: 'accuracy',
      what: 'Share of training images classified correctly: the law is one of trained networks.',
      measured: accuracy,
      relation: 'atLeast',
      expected: 1,
      tolerance: 0.02,
      because: 'At zero training error, or nearly: five seeds gave 0.999 and more.',
    },
  ];
}
