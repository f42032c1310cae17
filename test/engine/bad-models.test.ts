/** Files that are no models, or models made to do harm: each a clear fault, nothing read outside, no crash. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openModel } from '../../src/engine/open-model';
import { readModelFile } from '../../src/onnx/read-model';
import { Fault } from '../../src/protocol/faults';
import { fixtures } from '../fixtures/paths';

type Kind =
  | 'good'
  | 'external-escape'
  | 'external-missing'
  | 'external-short'
  | 'not-onnx'
  | 'order'
  | 'dims'
  | 'duplicate'
  | 'huge';
const folder = path.join(fixtures, 'exports', 'bad');
const expected = JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8')) as Record<
  string,
  { kind: Kind; problem: string; ort: string }
>;

/** What each kind is refused with. */
const CODES: Record<Exclude<Kind, 'good'>, RegExp> = {
  'external-escape': /^E_EXTERNAL_DATA$/,
  'external-missing': /^E_EXTERNAL_DATA$/,
  'external-short': /^(E_EXTERNAL_DATA|E_MODEL)$/,
  'not-onnx': /^E_NOT_ONNX$/,
  order: /^(E_MODEL|E_NO_HEAD|E_NO_SUCH_OUTPUT)$/,
  dims: /^(E_MODEL|E_NOT_ONNX)$/,
  duplicate: /^(E_MODEL|E_NOT_ONNX)$/,
  huge: /^(E_MODEL|E_EXTERNAL_DATA)$/,
};
/** Against ONNX's rules, but of one meaning only. */
const HARMLESS = new Set(['unsorted.onnx', 'duplicate_outputs.onnx']);
const selection = { layers: 'auto' as const, model: {} };

async function open(file: string): Promise<void> {
  const { session } = await openModel(file, selection, 'cpu');
  await session.close();
}

async function faultOf(file: string): Promise<Fault> {
  const error: unknown = await open(file).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Fault, `not a Fault: ${error instanceof Error ? error.stack : String(error)}`);
  assert.ok(error.message.includes(path.basename(file)), error.message);
  assert.ok(!error.message.includes('\n') && error.message.length < 500, error.message);
  return error;
}

describe('models that are not what they should be', () => {
  for (const [name, { kind, problem }] of Object.entries(expected)) {
    const file = path.join(folder, name);
    if (kind === 'good' || HARMLESS.has(name)) it(`${name}: opens`, () => open(file));
    else {
      it(`${name}: ${problem}`, async () => {
        const { code, message } = await faultOf(file);
        assert.match(code, CODES[kind], message);
        if (kind === 'external-escape' && !/windows/.test(name)) assert.match(message, /outside its own folder/);
      });
    }
  }

  it('external data behind a link that leaves the folder is not followed, one within it is', async () => {
    const place = await mkdtemp(path.join(tmpdir(), 'nc-links-'));
    try {
      const file = path.join(place, 'm.onnx');
      await writeFile(file, await readFile(path.join(folder, 'control_initializer.onnx')));
      await symlink(path.join(folder, 'whole.bin'), path.join(place, 'whole.bin'));
      assert.match((await faultOf(file)).message, /whole\.bin, which is a link to another folder/);
      await rm(path.join(place, 'whole.bin'));
      await writeFile(path.join(place, 'real.bin'), await readFile(path.join(folder, 'whole.bin')));
      await symlink('real.bin', path.join(place, 'whole.bin'));
      await readModelFile(file);
    } finally {
      await rm(place, { recursive: true });
    }
  });

  it('a pipe named like a model is not waited for', async () => {
    const place = await mkdtemp(path.join(tmpdir(), 'nc-pipe-'));
    try {
      execFileSync('mkfifo', [path.join(place, 'm.onnx')]);
      assert.match((await faultOf(path.join(place, 'm.onnx'))).message, /not a regular file/);
    } finally {
      await rm(place, { recursive: true });
    }
  });

  it('a model cut off at any length is a fault', async () => {
    const place = await mkdtemp(path.join(tmpdir(), 'nc-cut-'));
    try {
      for (const name of ['torch_opset17.onnx', 'dynamo_opset18.onnx', 'static_cnn_qdq.onnx', 'flow_loop.onnx']) {
        const bytes = await readFile(path.join(fixtures, 'exports', name));
        const file = path.join(place, name);
        for (let length = 0; length < bytes.length; length += Math.ceil(bytes.length / 37)) {
          await writeFile(file, bytes.subarray(0, length));
          assert.match((await faultOf(file)).code, /^E_(TRUNCATED|NOT_ONNX|MODEL|NO_HEAD)$/);
        }
      }
    } finally {
      await rm(place, { recursive: true });
    }
  });
});
