/** Papers whose claim can be reproduced here: those with an experiment. A test holds this list to the experiments. */
export const reproducible: readonly string[] = [
  'papyan2020',
  'fang2021',
  'li2024',
  'jiang2023',
  'mixon2022',
  'tirer2022',
  'nguyen2022',
  'zhu2021',
  'ji2022',
  'lu2022',
  'e2020',
  'yaras2022',
  'han2022',
  'zhou2022a',
  'rangamani2022',
  'zhou2022b',
  'hesu2023',
];

export function isReproducible(paper: string): boolean {
  return reproducible.includes(paper);
}
