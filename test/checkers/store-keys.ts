import type { Write } from './store-history.ts';

const KEY = /^[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64}){0,7}$/;

/** One door for keys: nothing is written whose key could reach other keys, or that nobody could name again. */
export const strayKeys = (log: readonly Write[]): readonly string[] =>
  log.filter(({ key }) => !KEY.test(key)).map(({ key, rev }) => `key: ${JSON.stringify(key)} ${rev} is no key`);
