/** Architectures that people use, as torchvision, timm and transformers build them: graphs without weights. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { anatomyOf } from '../../../src/onnx/anatomy';
import { parseModel } from '../../../src/onnx/parse-model';
import { fixtures } from '../../fixtures/paths';

interface Expected {
  file: string;
  /** Name that the state_dict gives the classifier's weight. */
  weight: string;
  classes: number;
  dimension: number;
  linear: boolean;
  /** What a person would name as the blocks, in depth order. */
  modules: string[];
}

const folder = path.join(fixtures, 'skeletons');
const expected = JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8')) as Record<string, Expected>;

/** The older exporter folds this weight into a new constant without its name. */
const UNNAMED = new Set(['maxvit_t.legacy']);
/** Networks whose blocks lie in no list: their layers are activations, pools and joins, several a block. */
const PLAIN = /^vgg/;
/** Layers that hold maps with the features last; all others of image networks hold them first. */
const FEATURES_LAST = /^(swin|vit|bert)/;

describe('layers and heads of known architectures', () => {
  for (const [name, { file, weight, classes, dimension, linear, modules }] of Object.entries(expected)) {
    it(name, () => {
      const { head, layers, warnings } = anatomyOf(
        parseModel(gunzipSync(readFileSync(path.join(folder, file))), file),
        {},
        file,
      );
      assert.ok(head);
      if (!UNNAMED.has(name)) assert.equal(head.weightName, weight);
      assert.deepEqual([head.classes, head.dimension], [classes, dimension]);
      assert.equal(
        warnings.some((text) => /Relu stands between/.test(text)),
        !linear,
      );
      assert.ok(layers.length >= 11 && layers.length <= 30, `${layers.length} layers`);
      const of = (module: string): string[] =>
        layers
          .map((layer) => layer.name)
          .filter((text) => text.startsWith(`${module} `) || text.startsWith(`${module}.`));
      for (const module of modules) {
        const entries = of(module);
        if (PLAIN.test(name)) assert.ok(entries.length >= 1, module);
        else assert.equal(entries.length, 1, `${module}: ${entries.join(', ')}`);
      }
      // In depth order.
      const depths = modules.map((module) => layers.findIndex((layer) => of(module).includes(layer.name)));
      assert.deepEqual(
        depths,
        [...depths].sort((a, b) => a - b),
      );
      for (const layer of layers.slice(0, -2)) {
        assert.equal(layer.layout, FEATURES_LAST.test(name) ? 'channels-last' : 'channels-first', layer.name);
      }
      const sequence = /^(vit|bert)/.test(name) ? 'token' : undefined;
      assert.ok(layers.slice(0, -1).every((layer) => layer.sequence === sequence));
    });
  }
});
