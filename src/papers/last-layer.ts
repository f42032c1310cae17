/** Papers on collapse of the last-layer features and their classifier. */
import type { Paper } from './paper';

export const lastLayerPapers: readonly Paper[] = [
  {
    key: 'papyan2020',
    section: 'last-layer',
    group: 'phenomena',
    authors: ['Vardan Papyan', 'X.Y. Han', 'David L. Donoho'],
    title: 'Prevalence of Neural Collapse During the Terminal Phase of Deep Learning Training',
    venue: 'Proceedings of the National Academy of Sciences 117(40), 24652-24663',
    year: 2020,
    arxiv: '2008.08186',
    doi: '10.1073/pnas.2015509117',
    namedByUser: true,
    metricsSection: 1,
    claim:
      'When training goes on after the training error has reached zero, the last-layer features of each class shrink to their class mean, and the centred class means become a simplex equiangular tight frame: equal norms, equal and largest possible angles. ' +
      'The classifier rows align with the class means up to one scale, and the network ends up deciding for the nearest class centre. ' +
      'The authors observe all four properties across standard networks and data sets, while test accuracy and robustness keep improving.',
    metrics: [
      'nc1',
      'nc1.traceRatio',
      'nc1.condition',
      'nc2.means.normCv',
      'nc2.weights.normCv',
      'nc2.means.cosStd',
      'nc2.weights.cosStd',
      'nc2.means.maxAngle',
      'nc2.weights.maxAngle',
      'nc3',
      'nc4',
      'nc4.test',
      'accuracy',
      'accuracy.test',
      'ncc.accuracy',
      'drift.means',
      'drift.weights',
    ],
  },
  {
    key: 'fang2021',
    section: 'last-layer',
    group: 'phenomena',
    authors: ['Cong Fang', 'Hangfeng He', 'Qi Long', 'Weijie J. Su'],
    title: 'Exploring Deep Neural Networks via Layer-Peeled Model: Minority Collapse in Imbalanced Training',
    venue: 'Proceedings of the National Academy of Sciences 118(43)',
    year: 2021,
    arxiv: '2101.12699',
    doi: '10.1073/pnas.2103091118',
    namedByUser: true,
    metricsSection: 2,
    claim:
      'The layer-peeled model optimises only the last-layer features and the classifier, each under a norm budget; with balanced classes its optimum is a simplex equiangular tight frame. ' +
      'With imbalanced classes there is minority collapse: once the imbalance passes a finite threshold, the classifiers of the rare classes coincide and can no longer be told apart. ' +
      'Experiments show the same in real networks, and oversampling the rare classes undoes it.',
    metrics: [
      'lpm.minorityCosine',
      'lpm.minorityCosine.min',
      'lpm.minoritySpread',
      'lpm.energyW',
      'lpm.energyH',
      'accuracy.majority',
      'accuracy.minority',
      'imbalance.ratio',
    ],
  },
  {
    key: 'li2024',
    section: 'last-layer',
    group: 'phenomena',
    authors: ['Pengyu Li', 'Xiao Li', 'Yutong Wang', 'Qing Qu'],
    title: 'Neural Collapse in Multi-label Learning with Pick-all-label Loss',
    venue: '41st International Conference on Machine Learning',
    year: 2024,
    arxiv: '2310.15903',
    namedByUser: true,
    metricsSection: 3,
    claim:
      'With the pick-all-label loss, samples that carry a single label show ordinary Neural Collapse. ' +
      'The mean feature of samples with several labels is a scaled average of the means of their single labels, with one scale per number of labels. ' +
      'This holds even when the numbers of labels are unequally frequent.',
    metrics: [
      'nc1',
      'nc2.means.etf',
      'nc2.weights.etf',
      'nc3.etf',
      'multilabel.angle.m2',
      'multilabel.scale.m2',
      'multilabel.scaleResidual.m2',
      'multilabel.nc1.m2',
      'multilabel.angle.m3',
      'multilabel.scale.m3',
      'multilabel.scaleResidual.m3',
      'multilabel.nc1.m3',
      'multilabel.angle.m4',
      'multilabel.scale.m4',
      'multilabel.scaleResidual.m4',
      'multilabel.nc1.m4',
      'multilabel.angle.m5',
      'multilabel.scale.m5',
      'multilabel.scaleResidual.m5',
      'multilabel.nc1.m5',
      'loss.pickAll',
    ],
  },
  {
    key: 'jiang2023',
    section: 'last-layer',
    group: 'phenomena',
    authors: ['Jiachen Jiang', 'Jinxin Zhou', 'Peng Wang', 'Qing Qu', 'Dustin Mixon', 'Chong You', 'Zhihui Zhu'],
    title: 'Generalized Neural Collapse for a Large Number of Classes',
    venue: 'arXiv preprint',
    year: 2023,
    arxiv: '2310.05351',
    namedByUser: true,
    metricsSection: 4,
    claim:
      'With more classes than feature dimension plus one a simplex equiangular tight frame cannot exist. ' +
      'Features still collapse to their class means and the classifier still aligns with them, but the classifier now maximises the smallest distance between one class and the hull of all others: a softmax code. ' +
      'The result concerns unit-norm features and classifiers at low temperature.',
    metrics: [
      'gnc1',
      'gnc2.oneVsRest',
      'gnc2.oneVsRest.mean',
      'gnc2.means',
      'gnc2.oneVsOne',
      'gnc2.ratio',
      'gnc3',
      'nc2.floor',
    ],
  },
  {
    key: 'ammar2024',
    section: 'last-layer',
    group: 'phenomena',
    authors: ['Mouïn Ben Ammar', 'Nacim Belkhir', 'Sebastian Popescu', 'Antoine Manzanera', 'Gianni Franchi'],
    title: 'NECO: NEural Collapse Based Out-of-distribution detection',
    venue: 'International Conference on Learning Representations',
    year: 2024,
    arxiv: '2310.06823',
    namedByUser: false,
    metricsSection: 18,
    claim:
      'Late in training the features of samples from outside the training distribution tend to become orthogonal to the class means. ' +
      'The share of a feature that lies in the leading principal directions of the training features can therefore tell known samples from unknown ones. ' +
      'The authors report strong detection with this score on small and large data sets and for several architectures.',
    metrics: ['ood.orthogonality', 'ood.auroc'],
  },
  {
    key: 'mixon2022',
    section: 'last-layer',
    group: 'theory',
    authors: ['Dustin G. Mixon', 'Hans Parshall', 'Jianzong Pi'],
    title: 'Neural Collapse with Unconstrained Features',
    venue: 'Sampling Theory, Signal Processing, and Data Analysis',
    year: 2022,
    arxiv: '2011.11619',
    namedByUser: true,
    metricsSection: 5,
    claim:
      'The features are treated as free variables and trained together with the classifier on the squared loss, without any regularisation. ' +
      'Near the origin the dynamics lead into an invariant subspace, and gradient flow within that subspace ends in strong Neural Collapse.',
    metrics: ['snc.weights', 'snc.features', 'snc.bias', 'snc.balance', 'snc.subspace'],
  },
  {
    key: 'tirer2022',
    section: 'last-layer',
    group: 'theory',
    authors: ['Tom Tirer', 'Joan Bruna'],
    title: 'Extended Unconstrained Features Model for Exploring Deep Neural Collapse',
    venue: 'International Conference on Machine Learning (ICML)',
    year: 2022,
    arxiv: '2202.08087',
    namedByUser: true,
    metricsSection: 6,
    claim:
      'For the squared loss with weight decay and no bias, the optimal features form an orthogonal frame rather than a simplex equiangular tight frame; centring it, or adding a bias that is not regularised, gives the simplex back. ' +
      'With one more layer in the model the deeper features collapse as well, and within-class variability falls from layer to layer during gradient descent.',
    metrics: ['nc1', 'nc1.traceRatio', 'nc2.means.frame', 'nc2.weights.frame', 'nc3.frame'],
  },
  {
    key: 'nguyen2022',
    section: 'last-layer',
    group: 'theory',
    authors: ['Duc Anh Nguyen', 'Ron Levie', 'Julian Lienen', 'Gitta Kutyniok', 'Eyke Hüllermeier'],
    title: 'Memorization-Dilation: Modeling Neural Collapse Under Label Noise',
    venue: 'arXiv preprint',
    year: 2022,
    arxiv: '2206.05530',
    namedByUser: true,
    metricsSection: 7,
    claim:
      'When some labels are wrong, the network memorises those samples by moving their features towards the wrong class. ' +
      'Because its expressive power is limited, this dilates the clusters of clean unseen data and harms generalisation. ' +
      'The authors model this trade-off and use it to explain why label smoothing generalises better under label noise.',
    metrics: ['mem.mean', 'mem.total', 'mem.progress', 'dilation.nc1', 'dilation.radius', 'calibration.ece'],
  },
  {
    key: 'zhu2021',
    section: 'last-layer',
    group: 'theory',
    authors: ['Zhihui Zhu', 'Tianyu Ding', 'Jinxin Zhou', 'Xiao Li', 'Chong You', 'Jeremias Sulam', 'Qing Qu'],
    title: 'A Geometric Analysis of Neural Collapse with Unconstrained Features',
    venue: 'Advances in Neural Information Processing Systems',
    year: 2021,
    arxiv: '2105.02375',
    namedByUser: true,
    metricsSection: 8,
    claim:
      'With free features, cross-entropy and weight decay, the only global minima are Neural Collapse solutions, and every other critical point is a strict saddle. ' +
      'The problem is not convex, but simple optimisers can therefore be expected to find collapse. ' +
      'It follows that the classifier may be fixed to a simplex equiangular tight frame, with the feature dimension lowered to the number of classes, without loss of accuracy.',
    metrics: ['nc1', 'nc2.weights.etf', 'nc2.means.etf', 'nc3.etf', 'nc.bias'],
  },
  {
    key: 'ji2022',
    section: 'last-layer',
    group: 'theory',
    authors: ['Wenlong Ji', 'Yiping Lu', 'Yiliang Zhang', 'Zhun Deng', 'Weijie J. Su'],
    title: 'An Unconstrained Layer-Peeled Perspective on Neural Collapse',
    venue: 'International Conference on Learning Representations',
    year: 2022,
    arxiv: '2110.02796',
    namedByUser: true,
    metricsSection: 9,
    claim:
      'With free features and plain cross-entropy, without any constraint or regularisation, gradient flow grows without bound, but its direction converges to critical points of a minimum-norm separation problem. ' +
      'The global optimum of that problem is Neural Collapse. ' +
      'Collapse can thus come from the implicit bias of training alone.',
    metrics: ['margin.min', 'margin.normalized', 'margin.ratio', 'margin.std'],
  },
  {
    key: 'lu2022',
    section: 'last-layer',
    group: 'theory',
    authors: ['Jianfeng Lu', 'Stefan Steinerberger'],
    title: 'Neural Collapse under Cross-Entropy Loss',
    venue: 'Applied and Computational Harmonic Analysis',
    year: 2022,
    arxiv: '2012.08465',
    namedByUser: true,
    metricsSection: 10,
    claim:
      'One unit vector per class is placed on the sphere so as to minimise a cross-entropy energy of their inner products. ' +
      'When the dimension is at least the number of classes minus one, the minimum is attained exactly by the regular simplex.',
    metrics: ['sphere.energy', 'sphere.energyGap'],
  },
  {
    key: 'e2020',
    section: 'last-layer',
    group: 'theory',
    authors: ['Weinan E', 'Stephan Wojtowytsch'],
    title: 'On the Emergence of Simplex Symmetry in the Final and Penultimate Layers of Neural Network Classifiers',
    venue: 'arXiv preprint',
    year: 2020,
    arxiv: '2012.05420',
    namedByUser: true,
    metricsSection: 11,
    claim:
      'For sufficiently expressive bounded function classes, minimising cross-entropy sends the outputs of each class to one vertex of a regular simplex. ' +
      'The same holds for the penultimate layer when its features are free. ' +
      'For shallow networks even the outputs within one class need not become equal.',
    metrics: ['logits.nc1', 'logits.etf', 'logits.radiusCv'],
  },
  {
    key: 'yaras2022',
    section: 'last-layer',
    group: 'theory',
    authors: ['Can Yaras', 'Peng Wang', 'Zhihui Zhu', 'Laura Balzano', 'Qing Qu'],
    title: 'Neural Collapse with Normalized Features: A Geometric Analysis over the Riemannian Manifold',
    venue: 'Advances in Neural Information Processing Systems',
    year: 2022,
    arxiv: '2209.09211',
    namedByUser: true,
    metricsSection: 12,
    claim:
      'Features and classifier rows are kept on the unit sphere and trained with cross-entropy at a temperature. ' +
      'Seen as a problem on a Riemannian manifold, it has no spurious local minimum: the global optima are Neural Collapse solutions and every other critical point is a strict saddle.',
    metrics: ['sphere.nc1', 'sphere.nc2', 'sphere.nc3', 'sphere.normCv'],
  },
  {
    key: 'han2022',
    section: 'last-layer',
    group: 'theory',
    authors: ['X.Y. Han', 'Vardan Papyan', 'David L. Donoho'],
    title: 'Neural Collapse Under MSE Loss: Proximity to and Dynamics on the Central Path',
    venue: 'International Conference on Learning Representations',
    year: 2022,
    arxiv: '2106.02073',
    namedByUser: true,
    metricsSection: 13,
    claim:
      'Under the squared loss, training loss splits into the loss of the best classifier for the current features plus the deviation from it, and the first part splits further into terms tied to Neural Collapse. ' +
      'Networks stay close to the central path, on which the classifier is the least-squares optimum for its features. ' +
      'On that path a renormalised gradient flow has a closed form, and it ends in collapse.',
    metrics: [
      'mse.loss',
      'mse.leastSquares',
      'mse.deviation',
      'mse.nc1',
      'mse.nc23',
      'centralPath.distance',
      'snr.singularValues',
      'snr.min',
      'snr.max',
      'snr.cv',
    ],
  },
  {
    key: 'zhou2022a',
    section: 'last-layer',
    group: 'theory',
    authors: ['Jinxin Zhou', 'Xiao Li', 'Tianyu Ding', 'Chong You', 'Qing Qu', 'Zhihui Zhu'],
    title:
      'On the Optimization Landscape of Neural Collapse under MSE Loss: Global Optimality with Unconstrained Features',
    venue: 'International Conference on Machine Learning',
    year: 2022,
    arxiv: '2203.01238',
    namedByUser: true,
    metricsSection: 14,
    claim:
      'With free features, the squared loss and weight decay, there is no spurious local minimum: the global minima are Neural Collapse solutions and all other critical points are strict saddles. ' +
      'The regularisation of the bias decides between a simplex equiangular tight frame and an orthogonal frame. ' +
      'A rescaled squared loss trains networks about as well as cross-entropy.',
    metrics: ['nc1', 'nc2.means.etf', 'nc2.weights.etf', 'nc3.etf', 'nc2.means.cosMean'],
  },
  {
    key: 'rangamani2022',
    section: 'last-layer',
    group: 'theory',
    authors: ['Akshay Rangamani', 'Andrzej Banburski-Fahey'],
    title: 'Neural Collapse in Deep Homogeneous Classifiers and the Role of Weight Decay',
    venue: 'IEEE International Conference on Acoustics, Speech and Signal Processing (ICASSP)',
    year: 2022,
    namedByUser: true,
    metricsSection: 15,
    claim:
      'For deep homogeneous networks trained with the squared loss and weight decay, solutions of symmetric quasi-interpolation (one output value for the true class, one for all others) show Neural Collapse. ' +
      'Training with weight decay leads to such solutions; without it, collapse need not appear.',
    metrics: ['sqi.epsilon', 'sqi.deviation', 'margin.std', 'norm.product'],
  },
  {
    key: 'zhou2022b',
    section: 'last-layer',
    group: 'theory',
    authors: ['Jinxin Zhou', 'Chong You', 'Xiao Li', 'Kangning Liu', 'Sheng Liu', 'Qing Qu', 'Zhihui Zhu'],
    title: 'Are All Losses Created Equal: A Neural Collapse Perspective',
    venue: 'Advances in Neural Information Processing Systems',
    year: 2022,
    arxiv: '2210.02192',
    namedByUser: true,
    metricsSection: 16,
    claim:
      'Cross-entropy, label smoothing, focal loss and squared loss all have Neural Collapse solutions as their global optima in the unconstrained features model. ' +
      'Networks that are large enough and trained long enough therefore reach largely the same features and like test accuracy, whichever of these losses is used.',
    metrics: ['nc1', 'nc2.means.etf', 'nc2.weights.etf', 'nc3.etf', 'accuracy', 'accuracy.test'],
  },
];
