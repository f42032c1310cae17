/** Names of runs that are shown together. */
import path from 'node:path';

/** Runs of one name are told apart by the folder above, then by a number. */
export function distinctNames(
  runs: readonly { target: string; name: string }[],
  taken: readonly string[] = [],
): string[] {
  const names = runs.map(({ name }) => name);
  const used = new Set(taken);
  return runs.map(({ target, name }, i) => {
    const twice = used.has(name) || names.some((other, j) => j !== i && other === name);
    const above = path.basename(path.dirname(target));
    let unique = twice && above ? `${above}/${path.basename(target)}` : name;
    for (let n = 2; used.has(unique); n++) unique = `${name} (${n})`;
    used.add(unique);
    return unique;
  });
}
