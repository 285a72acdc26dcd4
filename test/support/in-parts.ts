/** Does `work` for everything, so many at a time; the results are in the order of what it was done for. */
export async function inParts<T, R>(all: readonly T[], atOnce: number, work: (one: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let i = 0; i < all.length; i += atOnce)
    done.push(...(await Promise.all(all.slice(i, i + atOnce).map((one) => work(one)))));
  return done;
}
