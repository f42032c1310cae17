// Stands in for the native module @vscode/native-watchdog: ends the extension host when the server is gone.
import process from 'node:process';

export function start(pid) {
  setInterval(() => {
    try {
      process.kill(pid, 0);
    } catch {
      process.exit(87);
    }
  }, 1000).unref();
}

export function exit(code) {
  process.exit(code || 0);
}
