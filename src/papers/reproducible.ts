/** Papers whose claim can be reproduced here: those with an experiment. A test holds this list to the experiments. */
export const reproducible: readonly string[] = ['zhu2021'];

export function isReproducible(paper: string): boolean {
  return reproducible.includes(paper);
}
