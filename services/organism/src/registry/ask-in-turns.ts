import { type Clock, delay } from '@seedcore/protocol';

/** Least turn of one target, in ms. */
const MIN_TURN_MS = 50;

/** How targets are asked. */
export type Turns<T> = {
  readonly clock: Clock;
  /** The one end of all of it, on that clock. */
  readonly endsAt: number;
  /** Most targets that have the turn at once. */
  readonly atOnce: number;
  /** Asks one target; undefined when it has nothing to say. `ms` is what is left for all, `turnMs` for this one. */
  readonly ask: (target: string, time: { readonly ms: number; readonly turnMs: number }) => Promise<T | undefined>;
};

/**
 * Asks every target, `atOnce` at a time. A target keeps its turn until it answers, or for an equal share of the time; then the
 * next is asked, while late answers still count until the end. No target, however many hang, makes it end later.
 *
 * @returns the answers that came, by target
 */
export async function askInTurns<T>(targets: readonly string[], turns: Turns<T>): Promise<ReadonlyMap<string, T>> {
  const { clock, endsAt, atOnce } = turns;
  const left = () => Math.max(0, endsAt - clock.now());
  const turnMs = Math.max(MIN_TURN_MS, Math.floor(left() / Math.max(1, Math.ceil(targets.length / atOnce))));
  const answers = new Map<string, T>();
  const over = new AbortController();
  const end = delay(clock, left(), over.signal).catch(() => undefined);
  const waiting = [...targets];
  const late: Promise<void>[] = [];
  const lane = async (): Promise<void> => {
    for (let target = waiting.shift(); target !== undefined && left() > 0; target = waiting.shift()) {
      const answered = take(target, turns, { left: left(), turnMs, answers });
      late.push(answered);
      await Promise.race([answered, delay(clock, Math.min(turnMs, left()), over.signal).catch(() => undefined)]);
    }
  };
  const all = async () => {
    await Promise.all(Array.from({ length: Math.min(atOnce, targets.length) }, lane));
    await Promise.all(late);
  };
  try {
    await Promise.race([all(), end]);
  } finally {
    over.abort();
  }
  return new Map(answers);
}

async function take<T>(
  target: string,
  { ask }: Turns<T>,
  { left, turnMs, answers }: { left: number; turnMs: number; answers: Map<string, T> },
): Promise<void> {
  const answer = await ask(target, { ms: left, turnMs });
  if (answer !== undefined) answers.set(target, answer);
}
