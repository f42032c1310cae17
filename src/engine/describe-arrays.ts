/** What a file or folder of arrays holds, and whether a file is whole: from headers alone. */
import { readModelFile } from '../onnx/read-model';
import { openArrays } from '../formats/open';
import { Fault } from '../protocol/faults';
import type { ArraysDescription, ArraysRequest, WholeRequest, WholeResult } from '../protocol/engine';

/** @throws Fault of opening */
export async function describeArrays({ file }: ArraysRequest): Promise<ArraysDescription> {
  const opened = await openArrays(file);
  try {
    return {
      arrays: opened.arrays.map(({ name, dtype, shape }) => ({ name, dtype, shape: [...shape] })),
      skipped: opened.skipped.map(({ name, reason }) => ({ name, reason })),
    };
  } finally {
    await opened.close();
  }
}

/** A file that is still being written is cut short, or lacks the files it needs; reading says so. */
export async function isWhole({ file }: WholeRequest): Promise<WholeResult> {
  try {
    if (/\.onnx$/i.test(file)) await readModelFile(file);
    else await (await openArrays(file)).close();
    return {};
  } catch (error) {
    if (error instanceof Fault) return { why: error.message };
    throw error;
  }
}
