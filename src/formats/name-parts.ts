/** The words that a name of a file or an array is made of. */

/** Parts of names that say how, not what. */
const FORMAT = /^(npy|npz|safetensors|gz|idx\d*|ubyte|h5|hdf5|he5|parquet|csv|tsv|jsonl?)$/;

/** `xtrain`, `ytest`, `trainset`, `trainlabels` */
const JOINED = /^([xy]|train|test|val)(train|test|val|valid|set|data|images|labels|x|y)$/;

/** `train-images-idx3-ubyte.gz` → train, images; `xTrain` → x, train; `y_clean` → y, clean. */
export function nameParts(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .flatMap((part) => (part === 't10k' || FORMAT.test(part) ? [part] : part.split(/(?<=\D)(?=\d)/)))
    .flatMap((part) => JOINED.exec(part)?.slice(1) ?? [part])
    .filter((part) => part !== '' && !FORMAT.test(part));
}
