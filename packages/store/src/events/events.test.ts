import { eventStoreCases } from '@seedcore/mesh/testing';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { describe, test } from 'vitest';
import { MemoryJetStream, memoryStore } from '../testing/index.ts';
import { openEvents } from './open-events.ts';

describe('durable events in the store keep the promises of the port:', () => {
  test.each(eventStoreCases)('$name', async ({ run }) => {
    const clock = new VirtualClock();
    const server = new MemoryJetStream(clock);
    let seed = 0;
    const open = async () => {
      const events = openEvents(memoryStore({ clock, random: new SeededRandom(++seed), server }));
      return { events, letters: () => events.dead() };
    };
    const pass = async (ms: number) => clock.advance(ms);
    await run({ open, pass, now: () => clock.now() });
  });
});
