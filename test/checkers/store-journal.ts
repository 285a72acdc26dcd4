import { z } from 'zod';
import type { Attempt, Belief, Effect, Operation, Sighting } from './store-history.ts';

const operation = z.strictObject({
  process: z.string(),
  id: z.string(),
  kind: z.enum(['create', 'update', 'commit']),
  keys: z.array(z.string()).readonly(),
  start: z.number(),
  end: z.number(),
  outcome: z.enum(['done', 'refused', 'unknown']),
  revs: z.array(z.number()).readonly().exactOptional(),
  winner: z.string().exactOptional(),
});
const attempt = z.strictObject({ process: z.string(), writeId: z.string(), answer: z.enum(['ok', 'refused', 'none']) });
const sighting = z.strictObject({ process: z.string(), key: z.string(), rev: z.number(), gone: z.boolean() });
const belief = z.strictObject({
  name: z.string(),
  holder: z.string(),
  epoch: z.number(),
  from: z.number(),
  to: z.number(),
});
const effect = z.strictObject({ key: z.string(), epoch: z.number(), taken: z.boolean() });
const line = z.strictObject({
  operation: operation.exactOptional(),
  attempt: attempt.exactOptional(),
  sighting: sighting.exactOptional(),
  belief: belief.exactOptional(),
  effect: effect.exactOptional(),
});

/** One thing a process says of itself, printed as one line of JSON. */
export type JournalLine = z.output<typeof line>;

/** What processes wrote down. */
export type Journal = {
  readonly operations: readonly Operation[];
  readonly attempts: readonly Attempt[];
  readonly sightings: readonly Sighting[];
  readonly beliefs: readonly Belief[];
  readonly effects: readonly Effect[];
};

/** Reads what processes printed; the last line of one that was killed may be torn, other output is none of a journal's. */
export function readJournal(outputs: readonly string[]): Journal {
  const lines = outputs.flatMap((output) =>
    output.split('\n').flatMap((text, i, all) => (text.startsWith('{"') && i < all.length - 1 ? [parsed(text)] : [])),
  );
  return {
    operations: lines.flatMap((one) => one.operation ?? []),
    attempts: lines.flatMap((one) => one.attempt ?? []),
    sightings: lines.flatMap((one) => one.sighting ?? []),
    beliefs: merged(lines.flatMap((one) => one.belief ?? [])),
    effects: lines.flatMap((one) => one.effect ?? []),
  };
}

const parsed = (text: string): JournalLine => line.parse(JSON.parse(text));

/** A belief is said again as it grows: the longest saying holds. */
function merged(beliefs: readonly Belief[]): readonly Belief[] {
  const longest = new Map<string, Belief>();
  for (const one of beliefs) {
    const known = longest.get(`${one.name} ${one.holder} ${one.epoch}`);
    if (known === undefined || one.to > known.to) longest.set(`${one.name} ${one.holder} ${one.epoch}`, one);
  }
  return [...longest.values()];
}
