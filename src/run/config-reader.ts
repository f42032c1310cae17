/** Settings of a JSON file of someone else's, read with faults that name the file and the key. */
import { Fault } from '../protocol/faults';

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const MOST_PIXELS = 65_536;

export class ConfigReader {
  constructor(
    private readonly config: Record<string, unknown>,
    private readonly name: string,
  ) {}

  /** @param what the file does that cannot be taken over */
  fault(what: string): Fault {
    return new Fault('E_PREPROCESS', `${this.name} ${what}; write preprocess in neural-collapse.json by hand.`);
  }

  /** Absent and null are the same to those who write these files. */
  value(key: string): unknown {
    const value = Object.hasOwn(this.config, key) ? this.config[key] : undefined;
    return value === null ? undefined : value;
  }

  has(key: string): boolean {
    return this.value(key) !== undefined;
  }

  flag(key: string, otherwise: boolean): boolean {
    const value = this.value(key) ?? otherwise;
    if (typeof value !== 'boolean') throw this.fault(`has ${key} that is neither true nor false`);
    return value;
  }

  text(key: string): string | undefined {
    const value = this.value(key);
    if (value !== undefined && typeof value !== 'string') throw this.fault(`has ${key} that is not text`);
    return value;
  }

  /** A number above 0, or 0. */
  number(key: string): number | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
      throw this.fault(`has ${key} that is not a number from 0 on`);
    }
    return value;
  }

  pixels(value: unknown, key: string): number {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > MOST_PIXELS) {
      throw this.fault(`has ${key} that is not a number of pixels`);
    }
    return value;
  }

  /** One number for each channel, or one for all. */
  meanAndStd(meanKey: string, stdKey: string): { mean: number[]; std: number[] } {
    const mean = this.channels(meanKey);
    const std = this.channels(stdKey);
    if (mean.length !== std.length && mean.length > 1 && std.length > 1) {
      throw this.fault(`has ${meanKey} and ${stdKey} for different numbers of channels`);
    }
    if (std.some((value) => value <= 0)) throw this.fault(`has ${stdKey} that is not above 0`);
    return { mean, std };
  }

  private channels(key: string): number[] {
    const value = this.value(key);
    const list: unknown[] = Array.isArray(value) ? value : [value];
    if (list.length === 0 || !list.every((one) => typeof one === 'number' && Number.isFinite(one))) {
      throw this.fault(`has no ${key} of numbers`);
    }
    return list as number[];
  }
}
