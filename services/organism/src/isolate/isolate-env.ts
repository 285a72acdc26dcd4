/** All that isolates are given of the environment. */
export type IsolateEnv = { readonly NODE_COMPILE_CACHE?: string };

/** Where Node keeps compiled sources: without it every thread has a compiler of its own strip the same types again. */
export const isolateEnv = ({ NODE_COMPILE_CACHE: folder }: Readonly<Record<string, string | undefined>>): IsolateEnv =>
  folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
