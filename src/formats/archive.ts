/** Zip files of arrays: which program wrote one shows in the names of its entries. */
import type { FileFormat } from './format';
import { openNpz } from './npz';
import { isTorchArchive, openTorchArchive } from './pytorch';
import { zipEntries } from './zip';

export const archive: FileFormat = {
  matches: ({ head }) =>
    head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5) && head[3] === head[2] + 1,
  open: async (file) => {
    const entries = await zipEntries(file.handle, file.size, file.base);
    return isTorchArchive(entries) ? openTorchArchive(file, entries) : openNpz(file, entries);
  },
};
