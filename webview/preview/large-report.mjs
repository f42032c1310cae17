// A made-up report as large as a long run of a deep network.

/**
 * @param {{ id: string, where: string, percent?: boolean }[]} metrics of the registry
 * @param {{ checkpoints: number, layers: number, count: number }} size `count`: metrics a layer
 */
export function largeReport(metrics, { checkpoints, layers, count }) {
  const everywhere = metrics.filter(({ where }) => where === 'everyLayer').map(({ id }) => id);
  const others = metrics.map(({ id }) => id).filter((id) => !everywhere.includes(id));
  const ofLayer = [...everywhere, ...others].slice(0, count);
  const value = (n, epoch, depth) => Math.exp(-epoch / (40 + n) - depth / 20) * (1 + (n % 7) / 7);
  return {
    schema: 'neural-collapse/report@1',
    generator: { name: 'bench', version: '0' },
    run: { path: 'large', kind: 'checkpoints', classes: 10, classNames: Array.from({ length: 10 }, (_, k) => `c${k}`) },
    checkpoints: Array.from({ length: checkpoints }, (_, epoch) => ({
      path: `epoch_${String(epoch).padStart(4, '0')}.onnx`,
      epoch,
      split: 'train',
      samples: 2000,
      classCounts: Array.from({ length: 10 }, () => 200),
      provider: 'cpu',
      seconds: 1,
      metrics: {
        ...Object.fromEntries(metrics.map(({ id }, n) => [id, value(n, epoch, layers)])),
        accuracy: Math.min(1, 0.5 + epoch / 100),
      },
      notApplicable: {},
      warnings: [],
      layers: Array.from({ length: layers }, (_, depth) => ({
        name: `layer${Math.floor(depth / 3) + 1}.${depth % 3}.relu Relu`,
        tensor: `/layer${depth}/Relu_output_0`,
        depth: depth + 1,
        role: depth + 1 === layers ? 'penultimate' : 'hidden',
        dimension: 512,
        pooling: 'mean',
        metrics: Object.fromEntries(ofLayer.map((id, n) => [id, value(n, epoch, depth)])),
      })),
    })),
    failed: [],
    findings: [],
  };
}
