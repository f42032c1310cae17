/** h5wasm's factory of library instances, which its own entry point keeps to itself; esbuild.mjs says where it lies. */
declare module 'h5wasm/module' {
  import type { Module } from 'h5wasm';
  export default function createModule(options: object): Promise<typeof Module>;
}
