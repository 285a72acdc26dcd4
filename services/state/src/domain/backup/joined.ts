import type { KeptRecord } from './kept-record.ts';

/** One key as two sources have it; at least one of them does. */
export type Pair = {
  readonly key: string;
  readonly kept: KeptRecord | undefined;
  readonly live: KeptRecord | undefined;
};

/** Goes through two sources side by side, each in byte order of keys. */
export async function* joined(
  kept: AsyncIterable<KeptRecord>,
  live: AsyncIterable<KeptRecord>,
): AsyncGenerator<Pair, void> {
  const [left, right] = [kept[Symbol.asyncIterator](), live[Symbol.asyncIterator]()];
  let a = await next(left);
  let b = await next(right);
  while (a !== undefined || b !== undefined) {
    const key = b === undefined || (a !== undefined && a.key <= b.key) ? (a?.key ?? '') : b.key;
    const pair = { key, kept: a?.key === key ? a : undefined, live: b?.key === key ? b : undefined };
    yield pair;
    if (pair.kept !== undefined) a = await next(left);
    if (pair.live !== undefined) b = await next(right);
  }
}

async function next(source: AsyncIterator<KeptRecord>): Promise<KeptRecord | undefined> {
  const { done, value } = await source.next();
  return done === true ? undefined : value;
}
