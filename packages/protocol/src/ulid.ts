import type { Clock } from './clock.ts';
import { type Random, randomText } from './random.ts';

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_LENGTH = 10;
const CHANCE_LENGTH = 16;

/**
 * A lower-case ULID: 10 characters of wall-clock milliseconds, 16 of chance; sorts by creation time.
 *
 * @source github.com/ulid/spec
 */
export function ulid(clock: Clock, random: Random): string {
  return timeText(clock.wallMs()) + randomText(random, CROCKFORD, CHANCE_LENGTH);
}

/** True for a lower-case ULID. */
export const isUlid = (text: string): boolean => /^[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(text);

/** The 128 bits of a ULID as 32 hex digits. */
export function ulidHex(id: string): string {
  let bits = 0n;
  for (const character of id) bits = bits * 32n + BigInt(CROCKFORD.indexOf(character));
  return bits.toString(16).padStart(32, '0').slice(-32);
}

function timeText(wallMs: number): string {
  let time = Math.floor(wallMs);
  let text = '';
  for (let i = 0; i < TIME_LENGTH; i++) {
    text = CROCKFORD[time % 32] + text;
    time = Math.floor(time / 32);
  }
  return text;
}

/** Every text of two characters, in order. */
const PAIRS: readonly string[] = [...CROCKFORD].flatMap((a) => [...CROCKFORD].map((b) => a + b));
/** Ids of one head: four characters count up, so that an id costs two concatenations. */
const PER_HEAD = PAIRS.length * PAIRS.length;

/**
 * Makes many ULIDs cheaply: within one millisecond they share time and chance but for their last four characters, which
 * count up from a random start, as the monotonic ULIDs of the specification do.
 *
 * @source github.com/ulid/spec, "Monotonicity"
 */
export class UlidSource {
  readonly #clock: Clock;
  readonly #random: Random;
  #ms = -1;
  #head = '';
  #count = 0;
  #left = 0;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** The next id. */
  next(): string {
    const ms = Math.floor(this.#clock.wallMs());
    if (ms !== this.#ms || this.#left === 0) this.#begin(ms);
    const count = this.#count % PER_HEAD;
    this.#count += 1;
    this.#left -= 1;
    return this.#head + (PAIRS[Math.floor(count / PAIRS.length)] ?? '') + (PAIRS[count % PAIRS.length] ?? '');
  }

  #begin(ms: number): void {
    this.#ms = ms;
    this.#head = timeText(ms) + randomText(this.#random, CROCKFORD, CHANCE_LENGTH - 4);
    this.#count = Math.floor(this.#random.next() * PER_HEAD);
    // Counting on past the last pair would go back to the first, and the order would be lost.
    this.#left = PER_HEAD - this.#count;
  }
}
