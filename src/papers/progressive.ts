/** Papers on how collapse builds up from layer to layer. */
import type { Paper } from './paper';

export const progressivePapers: readonly Paper[] = [
  {
    key: 'hesu2023',
    section: 'progressive',
    group: 'phenomena',
    authors: ['Hangfeng He', 'Weijie J. Su'],
    title: 'A Law of Data Separation in Deep Learning',
    venue: 'Proceedings of the National Academy of Sciences',
    year: 2023,
    arxiv: '2210.17020',
    namedByUser: false,
    metricsSection: 17,
    topic: 'Equal separation from layer to layer',
    claim:
      'In well-trained networks each layer improves the separation of the classes by roughly the same factor, so that the logarithm of the separation fuzziness falls linearly with depth. ' +
      'The law emerges during training and is seen for many architectures and data sets.',
    metrics: ['separation.fuzziness', 'separation.decay', 'separation.r2'],
  },
  {
    key: 'galanti2021',
    section: 'progressive',
    group: 'phenomena',
    authors: ['Tomer Galanti', 'András György', 'Marcus Hutter'],
    title: 'On the Role of Neural Collapse in Transfer Learning',
    venue: 'International Conference on Learning Representations',
    year: 2022,
    arxiv: '2112.15121',
    namedByUser: false,
    metricsSection: 17,
    topic: 'Collapse and transfer to new classes',
    claim:
      'Collapse of the within-class variability carries over to new samples of the training classes and, when there were many training classes, to classes never seen before. ' +
      'This explains why a simple classifier on frozen features can learn new classes from few examples. ' +
      'The measure is the class-distance normalised variance: the variance of two classes over the squared distance of their means.',
    metrics: ['cdnv'],
  },
  {
    key: 'galanti2022',
    section: 'progressive',
    group: 'phenomena',
    authors: ['Tomer Galanti', 'Liane Galanti', 'Ido Ben-Shaul'],
    title: 'On the Implicit Bias Towards Minimal Depth of Deep Neural Networks',
    venue: 'arXiv preprint',
    year: 2022,
    arxiv: '2202.09028',
    namedByUser: false,
    metricsSection: 17,
    topic: 'Effective depth',
    claim:
      'The effective depth of a trained classifier is the first layer from which on the features are separable by the nearest class centre. ' +
      'The authors find that, for networks that are deep enough, gradient-based training settles at a small effective depth that hardly depends on the real depth. ' +
      'It grows when more of the labels are random.',
    metrics: ['ncc.accuracy', 'ncc.mismatch', 'effectiveDepth'],
  },
  {
    key: 'benshaul2022',
    section: 'progressive',
    group: 'phenomena',
    authors: ['Ido Ben-Shaul', 'Shai Dekel'],
    title: 'Nearest Class-Center Simplification through Intermediate Layers',
    venue: 'Topological, Algebraic and Geometric Learning Workshops',
    year: 2022,
    arxiv: '2201.08924',
    namedByUser: false,
    metricsSection: 17,
    topic: 'Nearest centres in intermediate layers',
    claim:
      'Not only the last layer but also intermediate layers become separable by the nearest class centre as training goes on. ' +
      'The authors add a loss that encourages this simplification in the layers within, and report better features and generalisation.',
    metrics: ['ncc.accuracy', 'ncc.mismatch'],
  },
  {
    key: 'rangamani2023',
    section: 'progressive',
    group: 'phenomena',
    authors: ['Akshay Rangamani', 'Marius Lindegaard', 'Tomer Galanti', 'Tomaso A. Poggio'],
    title: 'Feature Learning in Deep Classifiers through Intermediate Neural Collapse',
    venue: 'International Conference on Machine Learning',
    year: 2023,
    namedByUser: false,
    metricsSection: 17,
    topic: 'Intermediate collapse and weight alignment',
    claim:
      'Going deeper into a trained network, the within-class covariance decreases relative to the between-class covariance. ' +
      "In the top layers, where the between-class covariance dominates, the span of the class means aligns with the leading singular vectors of that layer's weight matrix.",
    metrics: ['nc1', 'nc1.traceRatio', 'nc2.means.normCv', 'nc2.means.cosStd', 'nc2.means.maxAngle', 'alignment'],
  },
  {
    key: 'parker2023',
    section: 'progressive',
    group: 'phenomena',
    authors: ['Liam Parker', 'Emre Onal', 'Anton Stengel', 'Jake Intrater'],
    title: 'Neural Collapse in the Intermediate Hidden Layers of Classification Neural Networks',
    venue: 'arXiv preprint',
    year: 2023,
    arxiv: '2308.02760',
    namedByUser: false,
    metricsSection: 17,
    topic: 'Collapse in hidden layers',
    claim:
      'Some degree of Neural Collapse appears in most hidden layers, and as a rule more of it the deeper the layer. ' +
      'Most of the reduction of within-class variability happens in the shallower layers, while the angles between class means keep growing with depth.',
    metrics: ['nc1', 'nc1.traceRatio', 'nc2.means.normCv', 'nc2.means.cosStd', 'nc2.means.maxAngle'],
  },
  {
    key: 'masarczyk2023',
    section: 'progressive',
    group: 'phenomena',
    authors: [
      'Wojciech Masarczyk',
      'Mateusz Ostaszewski',
      'Ehsan Imani',
      'Razvan Pascanu',
      'Piotr Miłoś',
      'Tomasz Trzciński',
    ],
    title: 'The Tunnel Effect: Building Data Representations in Deep Neural Networks',
    venue: 'Advances in Neural Information Processing Systems',
    year: 2023,
    arxiv: '2305.19753',
    namedByUser: false,
    metricsSection: 17,
    topic: 'The tunnel: layers that only compress',
    claim:
      'Sufficiently deep networks split into two parts: the first layers build linearly separable features, the later ones (the tunnel) compress them and hardly change the accuracy. ' +
      'The split appears early in training. The tunnel harms generalisation to data from another distribution.',
    metrics: [
      'rank.stable',
      'rank.stable.within',
      'rank.stable.total',
      'rank.participation',
      'rank.participation.within',
      'rank.participation.total',
    ],
  },
  {
    key: 'wang2023',
    section: 'progressive',
    group: 'theory',
    authors: ['Peng Wang', 'Xiao Li', 'Can Yaras', 'Zhihui Zhu', 'Laura Balzano', 'Wei Hu', 'Qing Qu'],
    title: 'Understanding Deep Representation Learning via Layerwise Feature Compression and Discrimination',
    venue: 'arXiv preprint',
    year: 2023,
    arxiv: '2311.02960',
    namedByUser: false,
    metricsSection: 17,
    topic: 'Compression and discrimination by layer',
    claim:
      'For deep linear networks, under assumptions on the data and the trained weights, each layer compresses the features within a class at a geometric rate and separates the classes at a linear rate in depth. ' +
      'Experiments show a similar pattern in deep nonlinear networks.',
    metrics: ['nc1.traceRatio', 'compression', 'discrimination'],
  },
  {
    key: 'sukenik2023',
    section: 'progressive',
    group: 'theory',
    authors: ['Peter Súkeník', 'Marco Mondelli', 'Christoph H. Lampert'],
    title: 'Deep Neural Collapse Is Provably Optimal for the Deep Unconstrained Features Model',
    venue: 'Advances in Neural Information Processing Systems',
    year: 2023,
    arxiv: '2305.13165',
    namedByUser: false,
    metricsSection: 17,
    topic: 'Deep collapse is optimal',
    claim:
      'For a deep nonlinear unconstrained features model of any depth and two classes, the global optimum of the regularised squared loss shows collapse at every layer of the model. ' +
      'Experiments with gradient descent find the same solutions.',
    metrics: ['dnc.frame'],
  },
];
