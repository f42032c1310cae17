import assert from 'node:assert/strict';
import { leavesOf } from '../../../src/formats/pickle-leaves';
import { unpickle, type PickleHost } from '../../../src/formats/pickle';
import { PickleError, PickleTuple, Unread, type PickleValue } from '../../../src/formats/pickle-values';

const nothing: PickleHost = { call: () => undefined };

function read(text: string | Uint8Array, host = nothing): PickleValue {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
  const { value, end } = unpickle(bytes, 0, host);
  assert.equal(end, bytes.length);
  return value;
}

/** Fails at once where it would take far more time or memory than the bytes justify. */
function refused(text: string | Uint8Array): PickleError {
  const before = process.memoryUsage().rss;
  const start = performance.now();
  try {
    read(text);
  } catch (error) {
    assert.ok(error instanceof PickleError, String(error));
    assert.ok(performance.now() - start < 2000);
    assert.ok(process.memoryUsage().rss - before < 100e6);
    return error;
  }
  assert.fail('it was read');
}

describe('pickles', () => {
  it('are read as data, in all protocols', () => {
    const list = [1, -2, 300, 70000, 1.5, true, false, null, 'ü'];
    const zero = '(lp0\nI1\naI-2\naI300\naI70000\naF1.5\naI01\naI00\naNaV\xfc\np1\na.';
    const two =
      ']q\x00(K\x01J\xfe\xff\xff\xffM,\x01Jp\x11\x01\x00G?\xf8\0\0\0\0\0\0\x88\x89NX\x02\x00\x00\x00\xc3\xbcq\x01e.';
    const four =
      '\x95\x22\0\0\0\0\0\0\0]\x94(K\x01J\xfe\xff\xff\xffM,\x01Jp\x11\x01\0G?\xf8\0\0\0\0\0\0\x88\x89N\x8c\x02\xc3\xbc\x94e.';
    assert.deepEqual(read(zero), list);
    assert.deepEqual(read(`\x80\x02${two}`), list);
    assert.deepEqual(read(`\x80\x04${four}`), list);
    assert.deepEqual(read(`\x80\x05${four}`), list);
    assert.equal(read('L12345678901234567890L\n.'), 12345678901234567890n);
    assert.equal(read('\x8a\x08\xff\xff\xff\xff\xff\xff\xff\xff.'), -1);
    assert.equal(read('\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00\x01.'), 2n ** 64n);
    assert.equal(read("S'a b'\n."), 'a b');
    assert.equal(read('V\\u20ac\\U0001f98a\n.'), '€🦊');
    assert.deepEqual(read('(K\x01K\x02t.'), new PickleTuple([1, 2]));
    assert.deepEqual(read('(K\x01K\x02d.'), new Map([[1, 2]]));
    assert.deepEqual(read('\x8f(K\x01K\x02\x90.'), new Set([1, 2]));
    assert.deepEqual(read('C\x02ab.'), Buffer.from('ab'));
    assert.deepEqual(read('K\x010K\x02.'), 2);
    assert.deepEqual(read('K\x072\x86.'), new PickleTuple([7, 7]));
  });

  it('execute nothing: whatever they call is a name', () => {
    for (const [text, name] of [
      ['cos\nsystem\n(S"touch /pwned"\ntR.', 'os.system'],
      ['cposix\nsystem\n(S"id"\ntR.', 'posix.system'],
      ['\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x02id\x85R.', 'posix.system'],
      ['\x80\x04\x8c\x08builtins\x8c\x04eval\x93\x8c\x011\x85R.', 'builtins.eval'],
      ['c__builtin__\neval\n(S"1"\ntR.', '__builtin__.eval'],
      ['(S"id"\nios\nsystem\n.', 'os.system'],
      ['(cos\nsystem\nS"id"\no.', 'os.system'],
      ['csubprocess\nPopen\n)\x81.', 'subprocess.Popen'],
      ['csubprocess\nPopen\n)}\x92.', 'subprocess.Popen'],
      // What a class with __reduce__ leaves: the outcome of a call is called again, and its state is set.
      ['cbuiltins\ngetattr\n(cos\nsystem\nS"x"\ntR)R}b.', 'builtins.getattr'],
      // The names of JavaScript's own things are names like others.
      ['cconstructor\nconstructor\n)R.', 'constructor.constructor'],
    ] as const) {
      const value = read(text);
      assert.ok(value instanceof Unread, text);
      assert.equal(value.global, name);
    }
    assert.deepEqual(read('\x82\x01)R.'), new Unread('extension 1'));
  });

  it('keys like __proto__ are keys', () => {
    const value = read('}(X\x09\x00\x00\x00__proto__}X\x01\x00\x00\x00aK\x01su.');
    assert.ok(value instanceof Map);
    assert.ok(value.has('__proto__'));
    assert.equal(({} as Record<string, unknown>).a, undefined);
  });

  it('a million levels of lists, tuples and marks do not overflow the stack', () => {
    const levels = 1_000_000;
    const lists = read(']'.repeat(levels) + 'a'.repeat(levels - 1) + '.');
    const tuples = read(')' + '\x85'.repeat(levels) + '.');
    const marked = read('('.repeat(levels) + 't'.repeat(levels) + '.');
    for (const value of [lists, tuples, marked]) {
      const [leaf] = leavesOf(value, none, () => false) ?? [];
      assert.match((leaf?.value as unknown as Unread).reason ?? '', /64 levels/);
    }
  });

  it('lengths beyond the bytes allocate nothing', () => {
    for (const text of [
      '\x8b\xff\xff\xff\x7f.',
      'X\xff\xff\xff\xff.',
      'B\xff\xff\xff\xff.',
      'T\xff\xff\xff\xff.',
      '\x8e\xff\xff\xff\xff\xff\xff\xff\x7f.',
      '\x8d\xff\xff\xff\xff\xff\xff\xff\xff.',
      '\x96\x00\x00\x00\x00\x01\x00\x00\x00.',
      'r\xff\xff\xff\xff.',
      'g99999999999999999999\n.',
      `I${'9'.repeat(100_000)}\n.`,
    ]) {
      refused(text);
    }
    const long = Buffer.alloc(3_000_000, 0x7f);
    long.set([0x8b, 0xc0, 0xc6, 0x2d, 0x00]);
    assert.match(refused(long).message, /integer of 3000000 bytes/);
  });

  it('are refused where they hold far more values than any file needs, before those fill the memory', () => {
    for (const code of [']', '}', '\x8f', ')', 'C\0']) {
      assert.throws(() => read(code.repeat(3_000_000)), { message: /more lists, dicts and objects/ });
    }
    assert.throws(() => read('N'.repeat(17_000_000)), { message: /more (values|lists)/ });
    assert.throws(() => read('K\x01'.repeat(17_000_000)), { message: /more values/ });
  }).timeout(30_000);

  it('what makes no sense is refused', () => {
    for (const text of [
      '.',
      'K\x01K\x02R',
      't.',
      '(t',
      'h\x00.',
      '}K\x01s.',
      '}(K\x01u.',
      '\x80\x06N.',
      '\xfe.',
      'a.',
      'e.',
    ]) {
      refused(text);
    }
    for (const text of ['', 'K', 'N', 'c', 'cos\n', 'X\x05\x00\x00\x00ab']) assert.ok(refused(text).cut, text);
    assert.match(refused('\x97.').message, /buffers outside/);
  });

  it('lists that double by memo thirty times are not flattened without end', () => {
    // Each level is a list of the one before, twice.
    const doubled = (inner: string, times: number): string => {
      let text = `${inner}q\x00`;
      for (let at = 1; at <= times; at++)
        text += `](h${String.fromCharCode(at - 1)}h${String.fromCharCode(at - 1)}eq${String.fromCharCode(at)}`;
      return `${text}.`;
    };
    assert.equal(
      leavesOf(read(doubled(']', 30)), none, () => false),
      undefined,
    );
    assert.equal(
      leavesOf(read(doubled('cos\nsystem\n)R', 30)), none, () => false),
      undefined,
    );
    assert.equal(leavesOf(read(doubled('cos\nsystem\n)R', 3)), none, () => false)?.length, 8);
    // A list within itself.
    assert.equal(
      leavesOf(read(']q\x00(h\x00h\x00e.'), none, () => false),
      undefined,
    );
  }).timeout(20_000);

  it('names are keys and positions joined by dots', () => {
    const value = new Map<PickleValue, PickleValue>([
      ['a', [new Unread('x'), new Map([['b', new Unread('y')]])]],
      [3, new PickleTuple([new Unread('z')])],
      [new PickleTuple([1]), new Unread('t')],
    ]);
    assert.deepEqual(
      leavesOf(value, none, () => false)?.map(({ name }) => name),
      ['a.0', 'a.1.b', '3.0', '[2]'],
    );
  });
});

function none(value: PickleValue): value is never {
  return value === undefined;
}
