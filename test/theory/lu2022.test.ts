import assert from 'node:assert/strict';
import { holds } from '../../src/protocol/theory';
import { polygonEnergy, simplexEnergy, sphereEnergyOf } from '../../src/theory/experiments/lu2022';
import { onSpheres, onto, rowSpheres } from '../../src/theory/models/spheres';
import { Random } from '../../src/theory/random';
import { run, told } from './experiments';
import { gradientError } from './gradient-error';

describe('the experiment of lu2022', function () {
  this.timeout(120_000);

  it('knows the energies of simplex and polygon, which are one for three vectors', () => {
    assert.ok(Math.abs(simplexEnergy(3) - Math.log(1 + 2 * Math.exp(-1.5))) < 1e-15);
    assert.ok(Math.abs(polygonEnergy(3) - simplexEnergy(3)) < 1e-15);
    // The square: two neighbours at a right angle, one opposite.
    assert.ok(Math.abs(polygonEnergy(4) - Math.log(1 + 2 * Math.exp(-1) + Math.exp(-2))) < 1e-15);
  });

  it('descends along gradients that equal central differences, on and off the sphere', () => {
    const x = new Random(2).normals(4 * 3);
    const spheres = rowSpheres(4, 3, 1.3);
    assert.ok(gradientError(sphereEnergyOf(4, 3), x) < 1e-7);
    assert.ok(gradientError(onSpheres(sphereEnergyOf(4, 3), spheres), x) < 1e-7);
    const lengths = Array.from({ length: 4 }, (_, k) => Math.hypot(...onto(spheres, x).subarray(3 * k, 3 * k + 3)));
    assert.ok(lengths.every((length) => Math.abs(length - 1.3) < 1e-14));
  });

  it('holds, at its defaults and for another seed and shape', async () => {
    const found = await run('lu2022');
    assert.ok(found.holds, told(found));
    const other = await run('lu2022', { K: 4, d: 3, starts: 3, seed: 9 });
    assert.ok(other.holds, told(other));
  });

  it('fails where there is no room for a simplex', async () => {
    const found = await run('lu2022', { K: 6, d: 4 });
    assert.equal(found.holds, false, told(found));
    const failed = found.checks.filter((check) => !holds(check)).map(({ id }) => id);
    assert.deepEqual(failed, ['simplex', 'geometry']);
  });

  it('repeats with its seed', async () => {
    const settings = { K: 5, d: 4, starts: 2, seed: 4 };
    assert.deepEqual((await run('lu2022', settings)).charts, (await run('lu2022', settings)).charts);
  });
});
