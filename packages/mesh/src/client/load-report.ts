import { headerNames, isToken, type WireHeaders } from '@seedcore/protocol';

/** What the instance that answered says about itself: `Sc-Load: <instance> <in flight> <limit> <work ms>`. */
export type LoadReport = {
  readonly instance: string;
  readonly inFlight: number;
  readonly limit: number;
  readonly workMs: number;
};

/** The load report of a reply; undefined when there is none or it is malformed. */
export function readLoad(headers: WireHeaders): LoadReport | undefined {
  const [instance, inFlight, limit, workMs, ...rest] = headers.get(headerNames.load)?.split(' ') ?? [];
  if (instance === undefined || !isToken(instance) || rest.length > 0) return undefined;
  const numbers = [inFlight, limit, workMs].map((text) =>
    text === undefined || text === '' ? Number.NaN : Number(text),
  );
  if (!numbers.every((value) => Number.isFinite(value) && value >= 0)) return undefined;
  const [running = 0, slots = 0, work = 0] = numbers;
  return { instance, inFlight: running, limit: slots, workMs: work };
}
