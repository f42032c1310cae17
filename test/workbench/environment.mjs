/**
 * The environment for a VS Code of our own: what another VS Code set in its terminal would steer this one, or make its
 * program behave like plain Node.
 * @param {Record<string, string>} extra
 */
export function editorEnvironment(extra) {
  const foreign = /^(VSCODE_|ELECTRON_)|^NODE_OPTIONS$/;
  return Object.fromEntries(Object.entries({ ...process.env, ...extra }).filter(([name]) => !foreign.test(name)));
}
