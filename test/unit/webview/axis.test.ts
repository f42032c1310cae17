import assert from 'node:assert/strict';
import {
  type Axis,
  epochAxis,
  linearTicks,
  position,
  stepAxis,
  thin,
  valueAt,
  valueAxis,
} from '../../../webview/charts/axis';

const toZero = { scale: 'log', limits: [0], percent: false, title: 't' } as const;

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-9 * Math.max(1, Math.abs(expected)), `${actual} is not ${expected}`);
}

describe('axes', () => {
  it('are logarithmic where the metric asks for it and its values span a decade', () => {
    assert.equal(valueAxis([12, 0.1], toZero).kind, 'log');
    assert.equal(valueAxis([3, 1], toZero).kind, 'linear');
    assert.equal(valueAxis([12, 0.1], { ...toZero, scale: 'linear' }).kind, 'linear');
    assert.equal(valueAxis([5], toZero).kind, 'linear');
    assert.equal(valueAxis([12, 0.1, -1], toZero).kind, 'linear');
  });

  it('keep zero visible on a log axis, below every positive value', () => {
    const axis = valueAxis([12, 0.1, 0], { ...toZero, limits: [] });
    assert.equal(axis.kind, 'log');
    const zero = position(axis, 0);
    assert.ok(zero > 0 && zero < position(axis, 0.1) - 0.05, `zero at ${zero}`);
  });

  it('show the limit, with room beyond it for its label', () => {
    for (const axis of [valueAxis([12, 0.1], toZero), valueAxis([0.3, 0.1], toZero)]) {
      assert.ok(position(axis, 0) > 0.1 && position(axis, 0) < 0.2);
    }
    const accuracy = valueAxis([0.2, 0.9], { scale: 'linear', limits: [1], percent: true, title: 't' });
    assert.ok(position(accuracy, 1) < 0.9 && position(accuracy, 1) > 0.8);
  });

  it('place all values inside', () => {
    const values = [0.00002, 0.3, 7, 1200];
    const axis = valueAxis(values, toZero);
    for (const value of values) assert.ok(position(axis, value) > 0 && position(axis, value) < 1);
    for (const tick of axis.ticks) assert.ok(position(axis, tick.value) >= 0 && position(axis, tick.value) <= 1);
    assert.deepEqual(
      axis.ticks.map(({ label }) => label),
      ['10⁻⁵', '10⁻⁴', '0.001', '0.01', '0.1', '1', '10', '100', '1000'],
    );
  });

  it('never label a share above 100 %', () => {
    const axis = valueAxis([0.1, 0.99], { scale: 'linear', limits: [1], percent: true, title: 't' });
    assert.equal(Math.max(...axis.ticks.map(({ value }) => value)), 1);
  });

  it('have room around a single value', () => {
    const axis = valueAxis([4], { ...toZero, limits: [] });
    assert.ok(axis.min < 4 && axis.max > 4);
    const exact = valueAxis([1, 1], { scale: 'linear', limits: [1], percent: true, title: 't' });
    assert.ok(exact.min < 1 && exact.max > 1);
  });

  it('turn positions back into values', () => {
    const axes: Axis[] = [valueAxis([12, 0.1], toZero), valueAxis([0.3, 0.1], toZero), epochAxis([0, 1, 8, 500])];
    for (const axis of axes) for (const value of [0.2, 3]) near(valueAt(axis, position(axis, value)), value);
  });
});

describe('epoch axis', () => {
  it('spreads uneven epochs by log(1 + epoch), with real epochs as ticks', () => {
    const epochs = [0, 1, 3, 8, 20, 50, 120, 250, 500];
    const axis = epochAxis(epochs);
    assert.equal(axis.kind, 'log1p');
    assert.deepEqual(
      axis.ticks.map(({ value }) => value),
      epochs,
    );
    const places = epochs.map((epoch) => position(axis, epoch));
    places
      .slice(1)
      .forEach((place, i) => assert.ok(place - places[i]! > 0.08, `epochs ${i} and ${i + 1} are too near`));
    near((places[1]! - places[0]!) / (places[8]! - places[0]!), Math.log(2) / Math.log(501));
  });

  it('stays linear for even epochs', () => {
    const axis = epochAxis([0, 50, 150, 300]);
    assert.equal(axis.kind, 'linear');
    near((position(axis, 50) - position(axis, 0)) / (position(axis, 300) - position(axis, 0)), 1 / 6);
    const many = epochAxis(Array.from({ length: 200 }, (_, i) => i + 1));
    assert.ok(many.ticks.length <= 8);
  });

  it('stands a single epoch in the middle', () => {
    near(position(epochAxis([120]), 120), 0.5);
  });
});

describe('ticks', () => {
  it('are round numbers', () => {
    assert.deepEqual(linearTicks(0, 0.36, 4), [0, 0.1, 0.2, 0.3]);
    assert.deepEqual(linearTicks(0.83, 1, 4), [0.85, 0.9, 0.95, 1]);
  });

  it('are thinned so that none touch, the last one kept', () => {
    const ticks = Array.from({ length: 11 }, (_, value) => ({ value, label: String(value) }));
    const kept = thin(
      ticks,
      (tick) => tick.value * 10,
      () => 25,
    );
    assert.deepEqual(
      kept.map(({ value }) => value),
      [0, 3, 6, 10],
    );
    assert.deepEqual(
      thin(
        ticks.slice(0, 2),
        (tick) => tick.value * 10,
        () => 25,
      ).map(({ value }) => value),
      [1],
    );
  });

  it('keep the end of a long name', () => {
    const [tick] = stepAxis([{ value: 1, label: 'model.encoder.layers.11.attention.output Add' }], 'layer').ticks;
    assert.equal(tick!.label, '….attention.output Add');
    const [whole] = stepAxis([{ value: 1, label: 'a_name_without_any_parts_in_it' }], 'layer').ticks;
    assert.equal(whole!.label, '…without_any_parts_in_it');
  });
});
