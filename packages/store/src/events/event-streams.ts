import { type Asset, streamAsset } from '../asset.ts';
import { deadLettersStream } from '../dead-letters.ts';

const DAY_MS = 86_400_000;
/** How long an event is kept, and with it the chance of a group to get it. */
const KEPT_MS = 14 * DAY_MS;
/** All kept events together: half a million of half a kilobyte. When it is full, events are refused, never forgotten. */
const MAX_BYTES = 268_435_456;
/** A repeat within this time is recognised by the broker itself; a later one by what is there. */
const DUPLICATE_WINDOW_MS = 600_000;

/**
 * The ledger: what must be told to everybody concerned. It takes `<ns>.log.evt.>` only, so that its subjects never overlap
 * with other journals, such as the call records at `<ns>.log.call.>`.
 */
export const ledgerStream = streamAsset('LEDGER', 'Durable events, each under its id.', {
  subjects: ['log.evt.>'],
  maxAgeMs: KEPT_MS,
  maxBytes: MAX_BYTES,
  duplicateWindowMs: DUPLICATE_WINDOW_MS,
});

/** Header that holds the key of a kept event, if it has one: its subject ends with the id, so that an id is taken once. */
export const EVENT_KEY = 'Sc-Key';

/** Everything durable events keep at the broker. */
export const eventAssets: readonly Asset[] = [ledgerStream, deadLettersStream];
