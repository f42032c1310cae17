// node test/workbench/theory-images.mjs: makes media/theory/fashion-mnist.bin of the sample run's images.
// The first TRAIN and TEST images of each class, 28×28 averaged to 14×14, one byte a pixel.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { ROOT } from './paths.mjs';

const TRAIN = 100;
const TEST = 30;
const SIDE = 28;
const CLASSES = 10;

/** The arrays of an .npz by name, from its central directory. */
function arraysOf(bytes) {
  const arrays = {};
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let at = bytes.readUInt32LE(end + 16);
  for (let entry = 0; entry < bytes.readUInt16LE(end + 10); entry++) {
    const [method, packed] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)];
    const [name, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    const local = bytes.readUInt32LE(at + 42);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const data = bytes.subarray(start, start + packed);
    const npy = method === 0 ? data : inflateRawSync(data);
    const key = bytes.toString('latin1', at + 46, at + 46 + name).replace(/\.npy$/, '');
    arrays[key] = npy.subarray(10 + npy.readUInt16LE(8));
    at += 46 + name + extra + comment;
  }
  return arrays;
}

async function cut(file, perClass) {
  const { x, y } = arraysOf(await readFile(path.join(ROOT, 'media', 'sample-run', file)));
  const found = new Array(CLASSES).fill(0);
  const labels = [];
  const pixels = [];
  for (let i = 0; i < y.length / 8; i++) {
    const label = Number(y.readBigInt64LE(8 * i));
    if (found[label]++ >= perClass) continue;
    labels.push(label);
    const image = x.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE);
    for (let r = 0; r < SIDE; r += 2) {
      for (let c = 0; c < SIDE; c += 2) {
        const at = r * SIDE + c;
        pixels.push(Math.round((image[at] + image[at + 1] + image[at + SIDE] + image[at + SIDE + 1]) / 4));
      }
    }
  }
  return { labels: Buffer.from(labels), pixels: Buffer.from(pixels) };
}

const train = await cut('train.npz', TRAIN);
const test = await cut('test.npz', TEST);
const header = Buffer.alloc(20);
header.write('NCI1', 'latin1');
[train.labels.length, test.labels.length, SIDE / 2, CLASSES].forEach((value, i) =>
  header.writeUInt32LE(value, 4 + 4 * i),
);
const folder = path.join(ROOT, 'media', 'theory');
await mkdir(folder, { recursive: true });
await writeFile(
  path.join(folder, 'fashion-mnist.bin'),
  Buffer.concat([header, train.labels, train.pixels, test.labels, test.pixels]),
);
console.log(`${train.labels.length} training and ${test.labels.length} test images`);
