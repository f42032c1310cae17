/** Papers whose claim can be reproduced here: those with an experiment. A test holds this list to the experiments. */
export const reproducible: readonly string[] = [
  'fang2021',
  'li2024',
  'jiang2023',
  'ji2022',
  'lu2022',
  'mixon2022',
  'tirer2022',
  'yaras2022',
  'zhu2021',
];

export function isReproducible(paper: string): boolean {
  return reproducible.includes(paper);
}
