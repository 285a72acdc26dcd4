import type { Random } from '@seedcore/protocol';
import { type ByteChange, changed } from '../regression/bad-input/grammar.ts';
import { below, oneOf } from './subject.ts';

const HOWS: readonly ByteChange['how'][] = ['replace', 'insert', 'remove', 'cut', 'double'];
/** Bytes that mean something to one of the codecs, or to a header. */
const TELLING = [
  0x00, 0x0a, 0x0d, 0x22, 0x2c, 0x2e, 0x3a, 0x5b, 0x5c, 0x7b, 0x80, 0x90, 0xc0, 0xc1, 0xc7, 0xd9, 0xdd, 0xdf, 0xff,
];
const MOST_CHANGES = 6;

function byteChange(random: Random): ByteChange {
  const byte = random.next() < 0.5 ? oneOf(random, TELLING) : below(random, 256);
  return { at: random.next(), how: oneOf(random, HOWS), byte };
}

/** One of the seeds with some of its bytes changed; now and then none, now and then all of them. */
export function bytesNear(random: Random, seeds: readonly Uint8Array[]): Uint8Array {
  if (random.next() < 0.1) return Uint8Array.from({ length: below(random, 64) }, () => below(random, 256));
  const changes = Array.from({ length: below(random, MOST_CHANGES) }, () => byteChange(random));
  return changed(oneOf(random, seeds), changes);
}

/** The same as text; what is no UTF-8 becomes the character that stands for it. */
export function textNear(random: Random, seeds: readonly string[]): string {
  return Buffer.from(
    bytesNear(
      random,
      seeds.map((seed) => Buffer.from(seed)),
    ),
  ).toString();
}

/** Numbers at every edge there is. */
const EDGES = [0, -0, 1, -1, 0.5, 49, 50, 1_000, 5_000, 60_000, 1e9, 2 ** 31, 2 ** 53, 1e300, -1e9];

/** A number of the kind that breaks things. */
export const anyNumber = (random: Random): number =>
  random.next() < 0.3 ? oneOf(random, EDGES) : below(random, 10_000);

/** Times: mostly forwards, sometimes far, sometimes back. */
export function timeAfter(random: Random, now: number): number {
  const r = random.next();
  if (r < 0.1) return now - below(random, 5_000);
  if (r < 0.2) return now + below(random, 120_000);
  return now + below(random, 300);
}
