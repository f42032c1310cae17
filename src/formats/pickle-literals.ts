/** The opcodes of pickles that stand for a value by themselves: numbers, text, bytes, empty containers, names. */
import { asNumber, type PickleBytes } from './pickle-bytes';
import { PickleError, PickleGlobal, PickleTuple, type PickleValue } from './pickle-values';

/** @returns what an opcode pushes that is made of its own operand alone; undefined for all other opcodes. @throws PickleError */
export function literal(code: number, source: PickleBytes): PickleValue | undefined {
  switch (String.fromCharCode(code)) {
    case 'N':
      return null;
    case '\x88':
      return true;
    case '\x89':
      return false;
    case 'I':
      return textInteger(source.line());
    case 'L':
      return textInteger(source.line().replace(/L$/, ''));
    case 'F':
      return textFloat(source.line());
    case 'J':
      return source.int32();
    case 'K':
      return source.byte();
    case 'M':
      return source.uint16();
    case '\x8a':
      return source.long(source.byte());
    case '\x8b':
      return source.long(source.uint32());
    case 'G':
      return source.float64();
    case 'S':
      return source.line().replace(/^(['"])(.*)\1$/s, '$2');
    case 'T':
      return source.text(source.uint32(), 'latin1');
    case 'U':
      return source.text(source.byte(), 'latin1');
    case 'V':
      return unicodeEscapes(source.line());
    case 'X':
      return source.text(source.uint32());
    case '\x8c':
      return source.text(source.byte());
    case '\x8d':
      return source.text(source.uint64());
    case 'B':
      return source.take(source.uint32());
    case 'C':
      return source.take(source.byte());
    case '\x8e':
    case '\x96':
      return source.take(source.uint64());
    case 'c':
      return namedGlobal(source.line(), source.line());
    case '\x82':
      return new PickleGlobal(`extension ${source.byte()}`);
    case '\x83':
      return new PickleGlobal(`extension ${source.uint16()}`);
    case '\x84':
      return new PickleGlobal(`extension ${source.uint32()}`);
    case '}':
      return new Map<PickleValue, PickleValue>();
    case ']':
      return [];
    case ')':
      return new PickleTuple([]);
    case '\x8f':
      return new Set<PickleValue>();
    default:
      return undefined;
  }
}

/** Names are kept as one text: module and name joined by a dot. */
export function namedGlobal(module: string, name: string): PickleGlobal {
  return new PickleGlobal(`${module}.${name}`);
}

function textInteger(line: string): number | bigint | boolean {
  // Protocol 0 writes booleans so.
  if (line === '01') return true;
  if (line === '00') return false;
  if (!/^[+-]?\d{1,1000}$/.test(line)) throw new PickleError('an integer in it is not one');
  return asNumber(BigInt(line));
}

function textFloat(line: string): number {
  if (/^[+-]?inf$/.test(line)) return line.startsWith('-') ? -Infinity : Infinity;
  if (line === 'nan') return NaN;
  const value = Number(line);
  if (line.trim() === '' || Number.isNaN(value)) throw new PickleError('a number in it is not one');
  return value;
}

/** Protocol 0 writes text in Latin-1 with \uXXXX and \UXXXXXXXX for the rest. */
function unicodeEscapes(line: string): string {
  return line.replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (whole, short?: string, long?: string) => {
    const point = parseInt(short ?? long ?? '', 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
