import assert from 'node:assert/strict';
import { readImages } from '../../src/theory/images';
import { measureOne } from '../../src/theory/measure';
import { activationsOf, layersOf, lossOn, randomLayers, sizeOf, type DeepModel } from '../../src/theory/models/deep';
import { accuracyOf, lastLayer } from '../../src/theory/models/deep-representation';
import { crossEntropy, squared } from '../../src/theory/models/losses';
import { cosine, train } from '../../src/theory/optimise/descent';
import { Random } from '../../src/theory/random';
import { silent } from './experiments';
import { gradientError } from './gradient-error';

describe('the multilayer perceptron', () => {
  const data = { inputs: new Random(4).normals(7 * 5), labels: Int32Array.of(0, 1, 2, 0, 1, 2, 2) };

  for (const bias of [true, false]) {
    it(`has the gradient of central differences, ${bias ? 'with' : 'without'} biases`, () => {
      for (const loss of [crossEntropy, squared()]) {
        const model: DeepModel = { widths: [5, 6, 4, 3], bias, loss, decay: 0.03 };
        const x = randomLayers(model, new Random(3));
        if (bias) for (const layer of layersOf(model, x)) layer.bias!.set(new Random(5).normals(layer.outputs, 0.3));
        assert.ok(gradientError((at, gradient) => lossOn(model, at, data, gradient), x, 1e-6) < 1e-6);
      }
    });
  }

  it('computes by hand what a small network puts out', () => {
    const model: DeepModel = { widths: [2, 2, 1], bias: true, loss: squared(), decay: 0 };
    const x = Float64Array.of(1, 2, -1, 1, 0.5, 0, 3, -1, 0.25);
    assert.equal(sizeOf(model), x.length);
    // W_1 (1, 1) + b_1 = (3.5, 0), ReLU the same; then 3·3.5 − 0 + 0.25. And for (−1, 0): (−0.5, 1) → (0, 1) → −0.75.
    assert.deepEqual(activationsOf(model, x, Float64Array.of(1, 1, -1, 0)), [Float64Array.of(3.5, 0, 0, 1), Float64Array.of(10.75, -0.75)]); // prettier-ignore
  });

  it('learns what can be learned, and ends when told to', async () => {
    const model: DeepModel = { widths: [5, 16, 3], bias: true, loss: crossEntropy, decay: 0 };
    const x = randomLayers(model, new Random(1));
    let epochs = 0;
    await train(model, x, data, new Random(2), { epochs: 500, batch: 3, rate: cosine(0.05), onEpoch: async () => ++epochs === 200 }); // prettier-ignore
    assert.equal(epochs, 200);
    const found = lastLayer(model, x, data);
    assert.equal(accuracyOf(found), 1);
    assert.equal(measureOne(found, 'accuracy'), 1);
  });
});

describe('the images of the experiments', () => {
  it('are as many of each class, centred and scaled', async () => {
    const bytes = await silent.images();
    const { classes, size, train: training, test } = readImages(bytes);
    assert.deepEqual([classes, size, training.labels.length, test.labels.length], [10, 196, 1000, 300]);
    for (let c = 0; c < 10; c++) assert.equal(training.labels.filter((label) => label === c).length, 100);
    const variance = training.inputs.reduce((sum, v) => sum + v * v, 0) / training.inputs.length;
    assert.ok(Math.abs(variance - 1) < 1e-9);
    const few = readImages(bytes, 3, 20);
    assert.deepEqual([few.classes, few.train.labels.length, few.test.labels.length], [3, 60, 90]);
  });

  it('are told from a file that is damaged', async () => {
    const bytes = await silent.images();
    assert.throws(() => readImages(bytes.slice(0, 1000)), /fashion-mnist\.bin is damaged/);
    assert.throws(() => readImages(new Uint8Array(3)), /Reinstall/);
  });
});
