import assert from 'node:assert/strict';
import { checkManifest } from '../../../src/run/manifest-check';
import { folderOf, labels, npy, tensors } from './files';

/** What is marked, with its line (from 1), as `line severity marked: message`. */
async function marks(text: string, folder = '/nowhere', openFiles = false): Promise<string[]> {
  const problems = await checkManifest(text, { folder, openFiles });
  return problems.map(({ offset, length, severity, message }) => {
    const line = text.slice(0, offset).split('\n').length;
    return `${line} ${severity} ${text.slice(offset, offset + length)}: ${message}`;
  });
}

/** The only mark. */
async function mark(text: string, folder?: string, openFiles = folder !== undefined): Promise<string> {
  const all = await marks(text, folder, openFiles);
  assert.equal(all.length, 1, JSON.stringify(all));
  return all[0] ?? '';
}

describe('checking a manifest without opening files', () => {
  it('finds nothing wrong with what is right', async () => {
    const text = `{
      // a comment
      "preprocess": { "mean": [1, 2, 3], "std": [1], "resize": 256, "crop": [224, 300] },
      "layers": ["a", "b"], "pooling": { "a": "mean" },
      "classNames": ["x", "y"],
      "checkpoints": "epoch_*.npz", "activations": { "layers": ["#features"], "labels": "#y" },
    }`;
    assert.deepEqual(await marks(text), []);
  });

  it('marks activations beside inputs', async () => {
    const found = await mark('{\n"train": { "inputs": "x.npy" },\n"activations": { "layers": ["a.npy"] }\n}');
    assert.match(found, /^3 warning "activations": activations and train\.inputs exclude each other/);
  });

  it('marks lists for different numbers of channels', async () => {
    const found = await mark('{"preprocess": {\n"mean": [1, 2, 3],\n"std": [1, 2]}}');
    assert.equal(found, '3 error [1, 2]: mean has 3 values and std has 2; give both one value for each channel.');
  });

  for (const [resize, crop, wrong] of [
    ['224', '256', true],
    ['[224, 300]', '[200, 301]', true],
    ['224', '[200, 300]', false],
    ['256', '224', false],
    ['"x"', '224', false],
  ] as const) {
    it(`${wrong ? 'marks' : 'accepts'} a crop of ${crop} after resizing to ${resize}`, async () => {
      const found = await marks(`{"preprocess": {"resize": ${resize}, "crop": ${crop}}}`);
      assert.equal(found.length, wrong ? 1 : 0, found.join());
      if (wrong) assert.ok(found[0]?.startsWith(`1 warning ${crop}: The crop`), found[0]);
    });
  }

  it('marks pooling of layers that are not listed', async () => {
    const found = await mark('{"layers": ["a"],\n"pooling": {"a": "mean",\n"b": "token"}}');
    assert.match(found, /^3 warning "b": layers does not name b/);
    assert.deepEqual(await marks('{"layers": "auto", "pooling": {"b": "token"}}'), []);
  });

  it('marks the second of two classes of one name', async () => {
    const found = await mark('{"classNames": ["cat",\n"dog",\n"cat"]}');
    assert.match(found, /^3 warning "cat": Class 0 is named cat already/);
  });

  it('marks arrays of epochs where nothing names the files', async () => {
    const found = await mark('{"activations": {"layers": ["a.npy",\n"#features"]}}');
    assert.match(found, /^2 warning "#features": #features is an array of each epoch's own file/);
  });

  it('leaves to the schema what the schema says, and to the editor what is no JSON', async () => {
    for (const text of [
      '{"preprocess": {"std": [0]}, "model": {"bias": "b"}, "oops": 1}',
      '{"preprocess": {"mean": "x", "std": 3, "crop": {}, "resize": []}, "layers": 3, "pooling": [], "classNames": [1, 1]}',
      '{"train": 3, "activations": [], "order": {}, "checkpoints": 4}',
      '{"train": { "inputs": "x.npy" }, "activations": ',
      '[]',
      '',
    ]) {
      assert.deepEqual(await marks(text), [], text);
    }
  });

  it('opens no file', async () => {
    const text = '{"checkpoints": "none-*.onnx", "train": {"inputs": "none.npy", "labels": "none.npy"}}';
    assert.deepEqual(await marks(text), []);
  });
});

describe('checking a manifest against what is on disk', () => {
  let folder: string;
  before(async () => {
    folder = await folderOf({
      'epoch_1.onnx': '-',
      'epoch_2.onnx': '-',
      'x.npy': npy([6, 4]),
      'masks.npy': npy([5, 4]),
      'y.npy': labels(6, 3),
      'short.npy': labels(5, 3),
      'hot.npy': npy([6, 2], '|u1', [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0]),
      'broken.npz': 'not a zip',
      'both.safetensors': tensors({ a: { shape: [6, 4] }, b: { shape: [6], labels: [0, 1, 2, 0, 1, 2] } }),
      'acts_1.safetensors': tensors({ f: { shape: [6, 4] }, y: { shape: [6], labels: [0, 1, 2, 0, 1, 2] } }),
      'acts_2.safetensors': tensors({ f: { shape: [6, 4] } }),
    });
  });

  it('finds nothing wrong with what is there', async () => {
    const text = `{
      "checkpoints": "epoch_*.onnx", "order": ["epoch_2.onnx"],
      "train": { "inputs": "x.npy", "labels": "./y.npy" },
      "test": { "inputs": { "a": "both.safetensors#a", "b": "x.npy" }, "labels": "both.safetensors#b" },
      "ood": { "inputs": "masks.npy" },
    }`;
    assert.deepEqual(await marks(text, folder, true), []);
    // Of a container without a name inspecting chooses.
    assert.deepEqual(await marks('{"train": {"inputs": "both.safetensors"}}', folder, true), []);
  });

  it('marks files and arrays that are not there, with those that are', async () => {
    const none = await mark('{"train": {\n"inputs": "gone.npy"}}', folder);
    assert.match(none, /^2 error "gone\.npy": gone\.npy cannot be read: there is no such file/);
    const array = await mark('{"train": {"inputs": "x.npy",\n"labels": "both.safetensors#c"}}', folder);
    assert.match(
      array,
      /^2 error "both\.safetensors#c": .*no array named c; it holds a \(6×4 float32\), b \(6 int64\)/,
    );
    const broken = await mark('{"ood": {"inputs": "broken.npz"}}', folder);
    assert.match(broken, /^1 error "broken\.npz": broken\.npz/);
  });

  it('marks checkpoints that match nothing, and an order of others', async () => {
    const none = await mark('{\n"checkpoints": "*.ort"}', folder);
    assert.match(none, /^2 warning "\*\.ort": No file in .* matches \*\.ort/);
    const order = await mark('{"order": ["epoch_1.onnx",\n"epoch_3.onnx"]}', folder);
    assert.match(order, /^2 error "epoch_3\.onnx": epoch_3\.onnx is not among the checkpoints/);
  });

  it('marks labels of another count', async () => {
    const found = await mark('{"train": {"inputs": "x.npy",\n"labels": "short.npy"}}', folder);
    assert.equal(
      found,
      '2 error "short.npy": short.npy has 5 labels, but there are 6 samples; choose labels and data of the same split.',
    );
    const clean = await mark('{"train": {"inputs": "x.npy", "labels": "y.npy",\n"cleanLabels": "short.npy"}}', folder);
    assert.match(clean, /^2 error "short\.npy"/);
  });

  it('marks inputs of another count than the first', async () => {
    const found = await mark('{"train": {"inputs": {"ids": "x.npy",\n"mask": "masks.npy"}}}', folder);
    assert.equal(found, '2 error "masks.npy": masks.npy has 5 rows, but ids has 6; all inputs need one row a sample.');
  });

  it('marks what only images have', async () => {
    const found = await marks('{"preprocess": {\n"resize": 4,\n"crop": 4},"train": {"inputs": "x.npy"}}', folder, true);
    assert.equal(found.length, 2);
    assert.match(found[0] ?? '', /^2 warning "resize": resize has no effect/);
    assert.match(found[1] ?? '', /^3 warning "crop": crop has no effect/);
  });

  it('marks a loss for several labels where every sample has one', async () => {
    const single = await mark('{\n"loss": "pick-all-labels", "train": {"labels": "y.npy"}}', folder);
    assert.match(single, /^2 warning "pick-all-labels": .*but y\.npy gives every sample one/);
    assert.deepEqual(await marks('{"loss": "pick-all-labels", "train": {"labels": "hot.npy"}}', folder, true), []);
    assert.deepEqual(await marks('{"loss": "ce", "train": {"labels": "y.npy"}}', folder, true), []);
  });

  it('looks for arrays of epochs in the first and the last file', async () => {
    const manifest = (name: string): string =>
      `{"checkpoints": "acts_*.safetensors", "activations": {"layers": ["#f"],\n"labels": "#${name}"}}`;
    assert.match(await mark(manifest('y'), folder), /^2 error "#y": acts_2\.safetensors holds no array named y/);
    assert.deepEqual(await marks(manifest('y').replace('_*', '_1'), folder, true), []);
  });

  it('bounds what a pattern may ask of it', async () => {
    const braces = '{a,b}'.repeat(40);
    assert.deepEqual(await marks(`{"checkpoints": "${braces}"}`, folder, true), []);
  });

  it('puts problems in the order of the text', async () => {
    const text = '{"classNames": ["a", "a"],\n"train": {"inputs": "gone.npy"},\n"order": ["no.onnx"]}';
    const lines = (await marks(text, folder, true)).map((found) => found[0]);
    assert.deepEqual(lines, ['1', '2', '3']);
  });
});
