import type { EventStore } from '@seedcore/mesh';
import { defineService, runService } from '@seedcore/runtime';
import { openEvents, openStore } from '@seedcore/store';
import { z } from 'zod';
import { post, postService, read } from './post.ts';

await runService(
  defineService({
    contract: post,
    config: z.object({
      POST_READING: z.enum(['reads', 'hangs']).default('reads'),
      POST_KEEPS: z.enum(['yes', 'no']).default('yes'),
    }),
    start: async ({ mesh, config }) => {
      const implementation = postService(mesh);
      if (config.POST_KEEPS === 'no') return { implementation };
      const store = openStore(mesh);
      const events: EventStore = openEvents(store);
      mesh.keepEventsIn(events);
      // Not over the bus: what a broker that is killed had on its way would be missing, and look like a lost event.
      const reader = read(mesh, config.POST_READING, (one) => process.stdout.write(`read ${one}\n`));
      const drain = async () => {
        await reader.drain();
        await store.close();
      };
      return { implementation, drain };
    },
  }),
  process.env,
);
