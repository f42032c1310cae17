/** Calibration: whether the network's confidence is the share of its decisions that are right. */
import { logitsOf } from './logit-requirements';
import type { Metric } from './metric';

/**
 * Expected calibration error of the softmax on the training data: Σ_b (n_b/N)·|acc_b − conf_b| over 15 bins (a,b] of
 * equal width on the largest probability (Guo et al. 2017). Range [0,1]; 0 where confidence tells the truth, as at
 * collapse under cross-entropy, where both are 1. Source: nguyen2022, which reports it.
 */
export const calibrationError: Metric = {
  id: 'calibration.ece',
  name: 'Calibration error, training data',
  plain:
    'Mean difference between how sure the network is of its decisions and how often they are right, over 15 bins of confidence. At 0 a confidence of 80 % means that 80 % are right.',
  formula: String.raw`\sum_{b=1}^{15}\frac{n_b}{N}\left|\mathrm{acc}_b-\mathrm{conf}_b\right|`,
  limitText: '0 where the confidence is right; label smoothing keeps it above 0 on the training data',
  range: '[0, 1]',
  scale: 'linear',
  family: 'calibration',
  papers: ['nguyen2022'],
  where: 'penultimate',
  needs: ['logits'],
  compute(input) {
    const logits = logitsOf(input);
    return 'notApplicable' in logits ? logits : logits.calibrationError;
  },
};
