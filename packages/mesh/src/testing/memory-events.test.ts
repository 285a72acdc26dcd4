import { VirtualClock } from '@seedcore/protocol/testing';
import { describe, test } from 'vitest';
import { eventStoreCases } from './event-store-suite.ts';
import { MemoryEvents } from './memory-events.ts';

describe('durable events in memory keep the promises of the port:', () => {
  test.each(eventStoreCases)('$name', async ({ run }) => {
    const clock = new VirtualClock();
    const events = new MemoryEvents(clock);
    const open = async () => ({ events, letters: async () => events.letters });
    await run({ open, pass: (ms) => clock.advance(ms), now: () => clock.now() });
  });
});
