import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import type { Delivery } from '@seedcore/store';
import { memoryStore } from '@seedcore/store/testing';
import { expect, test } from 'vitest';
import { TaskShelf } from '../record/task-shelf.ts';
import { PullLoop } from './pull-loop.ts';

/** A pull that is out: how it was asked, and what answers it. */
type Pull = { readonly lane: string; readonly waitMs: number; readonly answer: (found: readonly Delivery[]) => void };

/** A message, and what became of it. */
function message(name: string, fates: string[]): Delivery {
  const say = (what: string) => () => fates.push(`${name} ${what}`);
  const { ack, nak, term } = { ack: say('ack'), nak: say('nak'), term: say('term') };
  const none = { at: new Date(0), deliveries: 1, body: new Uint8Array(), header: () => undefined };
  return { subject: name, seq: 1, ...none, ack, nak, term, working: async () => true };
}

/** A loop of one slot whose pulls are answered by hand. */
async function loop() {
  const clock = new VirtualClock();
  const store = memoryStore({ clock, random: new SeededRandom(1) });
  const pulls: Pull[] = [];
  store.broker.puller = (_stream, consumer) => ({
    take: (_batch, waitMs) =>
      new Promise((answer) => {
        pulls.push({ lane: consumer.slice('demo_'.length), waitMs, answer });
      }),
    stop: () => undefined,
  });
  const running: string[] = [];
  let most = 0;
  const ends: (() => void)[] = [];
  const handle = ({ subject }: Delivery) => {
    running.push(subject);
    most = Math.max(most, running.length);
    return new Promise<void>((resolve) => {
      ends.push(() => {
        running.splice(running.indexOf(subject), 1);
        resolve();
      });
    });
  };
  const report = (where: string, error: unknown) => {
    throw new Error(where, { cause: error });
  };
  const made = new PullLoop(new TaskShelf(store, report), {
    queue: 'demo',
    slots: 1,
    ackWaitMs: 30_000,
    handle,
    report,
  });
  await clock.advance(1);
  /** Answers the pull of a lane that is out, at once or waiting. */
  const answer = async (lane: string, waits: boolean, found: readonly Delivery[]) => {
    const at = pulls.findIndex((pull) => pull.lane === lane && pull.waitMs > 0 === waits);
    expect(at, `a pull of ${lane} in ${JSON.stringify(pulls)}`).toBeGreaterThanOrEqual(0);
    pulls.splice(at, 1)[0]?.answer(found);
    await clock.advance(0);
  };
  return { made, clock, answer, running, most: () => most, ends };
}

test('a waiting lane that brings something while a round over the others is out does not get the slot they may fill', async () => {
  const { made, answer, running, most } = await loop();
  const fates: string[] = [];
  await answer('high', false, []); // found empty: it waits from now on, and the only slot is offered to the next lane
  await answer('high', true, [message('urgent', fates)]);
  expect(fates).toEqual(['urgent nak']);
  await answer('normal', false, [message('plain', fates)]);
  expect(running).toEqual(['plain']);
  expect(most()).toBe(1);
  made.stop();
});

test('once the round came back with nothing, a waiting lane may take the slot', async () => {
  const { made, clock, answer, running, ends } = await loop();
  const fates: string[] = [];
  for (const lane of ['high', 'normal', 'low']) await answer(lane, false, []);
  await answer('high', true, [message('urgent', fates)]);
  expect([running, fates]).toEqual([['urgent'], []]);
  for (const end of ends) end();
  await clock.advance(0);
  expect([running, made.busy]).toEqual([[], 0]);
  made.stop();
});
