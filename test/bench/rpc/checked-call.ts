import { isDeepStrictEqual } from 'node:util';

/** The call, after one whose reply was looked at: a contender that answers something else is not measured. */
export async function checkedCall(call: () => Promise<unknown>, expected: unknown): Promise<() => Promise<unknown>> {
  const reply = await call();
  if (!isDeepStrictEqual(reply, expected)) throw new Error(`wrong reply: ${JSON.stringify(reply)?.slice(0, 300)}`);
  return call;
}
