/** The epoch in a checkpoint's file name. */

/** Words before a number, the most telling first. */
const WORDS: readonly RegExp[] = [
  /(?<![a-z])(?:epochs?|ep|e)[ _=.:-]*(\d+)/gi,
  /(?<![a-z])(?:global_?step|steps?|iterations?|iters?|it)[ _=.:-]*(\d+)/gi,
  /(?<![a-z])(?:checkpoint|chkpt|ckpt|cp|snapshot|model|net|weights)[ _=.:-]*(\d+)/gi,
];

/** Numbers that are never an epoch: dates, times, fractions, versions. */
const NOISE =
  /\d{4}[-_.]\d{1,2}[-_.]\d{1,2}|(?<!\d)(?:19|20)\d{6}(?!\d)|\d{1,2}:\d{2}(?::\d{2})?|\d+\.\d+|(?<![a-z])v\d+/gi;

/** A number that stands by itself: not the 18 of resnet18, not the 3 of 3x3. */
const ALONE = /(?<![a-z\d])(\d+)(?![a-z\d])/gi;

/**
 * `epoch_120.onnx` → 120, `ckpt-000300` → 300, `epoch=12-step=4000` → 12, `net-2024-01-01-e5` → 5: a number behind
 * a word for epochs, else behind a word for steps, else the last one that stands by itself.
 */
export function epochOf(file: string): number | undefined {
  const name = file.replace(/^.*[\\/]/, '').replace(/\.(onnx|ort|pt|pth|ckpt|npz|npy|safetensors|idx|gz)$/i, '');
  const clean = name.replace(NOISE, ' # ');
  for (const pattern of [...WORDS, ALONE]) {
    const last = [...clean.matchAll(pattern)].at(-1)?.[1];
    const epoch = last === undefined ? NaN : Number(last);
    if (Number.isSafeInteger(epoch)) return epoch;
  }
  return undefined;
}
