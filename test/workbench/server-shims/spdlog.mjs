// Stands in for the native module @vscode/spdlog, which cannot be loaded without a compiler: without it VS Code's server
// writes no logs, output channels stay empty and every attempt to log prints a stack trace.
import fs from 'node:fs';
import path from 'node:path';

const NAMES = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];

export class Logger {
  constructor(_type, _name, file) {
    this.file = file;
    this.level = 2;
    this.plain = false;
  }
  setLevel(level) {
    this.level = level;
  }
  getLevel() {
    return this.level;
  }
  setPattern() {
    this.plain = false;
  }
  clearFormatters() {
    this.plain = true;
  }
  flush() {}
  drop() {
    this.level = NAMES.length;
  }
  write(level, message) {
    if (level < this.level) return;
    const time = new Date().toISOString().replace('T', ' ').replace('Z', '');
    const line = this.plain ? message : `${time} [${NAMES[level]}] ${message}\n`;
    try {
      fs.appendFileSync(this.file, line);
    } catch {
      // The log's folder is removed while the server ends.
    }
  }
}
for (const [level, method] of ['trace', 'debug', 'info', 'warn', 'error', 'critical'].entries()) {
  Logger.prototype[method] = function (message) {
    this.write(level, message);
  };
}

async function createLogger(name, file) {
  await fs.promises.mkdir(path.dirname(file), { recursive: true });
  return new Logger('rotating', name, file);
}

export const version = 0;
export function setLevel() {}
export function setFlushOn() {}
export { createLogger as createRotatingLogger, createLogger as createAsyncRotatingLogger };
