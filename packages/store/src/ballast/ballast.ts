import { isRecord, MeshError, subjects } from '@seedcore/protocol';
import { streamAsset } from '../asset.ts';
import type { Broker } from '../broker/broker.ts';

const MIB = 1024 * 1024;
/** Size of the ballast where the account has no limit, in bytes. */
export const BALLAST_BYTES = 8 * MIB;
/** Largest ballast, in bytes: to let work end takes no more. */
const MOST_BYTES = 256 * MIB;
/** Share of the account's limit. */
const SHARE = 0.02;
const BLOCK_BYTES = 256_000;

/** Filler that takes room until somebody needs it more. */
export const ballastStream = streamAsset('BALLAST', 'Filler, given up when the storage is full so that work can end.', {
  subjects: ['ballast.>'],
  maxAgeMs: 0,
  perSubject: 1,
});

/** Whether the ballast is there. */
export type BallastState =
  /** It was never filled, or not to its end. */
  | { readonly state: 'none' }
  | { readonly state: 'held' }
  /** It was given up, at that time, when so much was stored in all. */
  | { readonly state: 'freed'; readonly atMs: number; readonly fullAtBytes: number | undefined };

/** How large the ballast is, in bytes: 2 % of the limit, 8 to 256 MiB. */
export const ballastBytes = (limitBytes: number | undefined): number =>
  Math.min(MOST_BYTES, Math.max(BALLAST_BYTES, Math.floor((limitBytes ?? 0) * SHARE)));

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Whether the ballast is there; its stream is made by whoever fills it first. */
export async function readBallast(broker: Broker): Promise<BallastState> {
  const { stream, state, isBlock } = placeOf(broker.ns);
  const kept = await unlessMissing(broker.subjects(stream, `${broker.ns}.ballast.>`), []);
  if (!kept.includes(state)) return { state: 'none' };
  const noted = noteIn((await broker.last(stream, state, { fresh: true }))?.body);
  if (noted?.freed_at === undefined) return kept.some(isBlock) ? { state: 'held' } : freed(0, undefined);
  return freed(noted.freed_at, noted.full_at_bytes);
}

/** Takes the room, as far as it is not taken yet; the stream exists. */
export async function fillBallast(broker: Broker, bytes: number): Promise<void> {
  const { stream, state, block } = placeOf(broker.ns);
  const kept = new Set(await broker.subjects(stream, `${broker.ns}.ballast.>`));
  const filler = new Uint8Array(BLOCK_BYTES);
  for (let i = 0; i * BLOCK_BYTES < bytes; i++) if (!kept.has(block(i))) await broker.write(block(i), filler);
  await broker.write(state, encoder.encode(JSON.stringify({ held: true })));
}

/** Gives the room up, and notes when and at how much; nothing when that was done before. Any process may, at any time. */
export async function freeBallast(broker: Broker): Promise<boolean> {
  const { stream, state, blocks, isBlock } = placeOf(broker.ns);
  const kept = await unlessMissing(broker.subjects(stream, `${broker.ns}.ballast.>`), []);
  if (!kept.some(isBlock)) return false;
  const { usedBytes } = await broker.storage();
  const before = await broker.last(stream, state, { fresh: true });
  await broker.purge(stream, blocks, Number.MAX_SAFE_INTEGER);
  const note = { freed_at: broker.clock.wallMs(), full_at_bytes: usedBytes };
  // Another process may have been first: what it noted holds.
  await broker.write(state, encoder.encode(JSON.stringify(note)), { expect: before?.seq ?? 0 });
  return true;
}

const freed = (atMs: number, fullAtBytes: number | undefined): BallastState => ({
  state: 'freed',
  atMs,
  fullAtBytes,
});

function placeOf(ns: string) {
  const blocks = `${ns}.ballast.block.`;
  return {
    stream: subjects(ns).stream(ballastStream.name),
    state: `${ns}.ballast.state`,
    blocks: `${blocks}*`,
    block: (i: number) => `${blocks}${i}`,
    isBlock: (subject: string) => subject.startsWith(blocks),
  };
}

function noteIn(
  body: Uint8Array | undefined,
): { readonly freed_at?: number; readonly full_at_bytes?: number } | undefined {
  try {
    const note: unknown = body && JSON.parse(decoder.decode(body));
    if (!isRecord(note)) return undefined;
    const { freed_at: at, full_at_bytes: full } = note;
    return {
      ...(typeof at === 'number' ? { freed_at: at } : {}),
      ...(typeof full === 'number' ? { full_at_bytes: full } : {}),
    };
  } catch {
    return undefined; // somebody else's text: it notes nothing
  }
}

/** What was asked of a stream that is not there yet. */
async function unlessMissing<T>(asked: Promise<T>, none: T): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof MeshError && error.code === 'unavailable') return none;
    throw error;
  }
}
