import { coordinator } from '@seedcore/contracts';
import { defineService, runService } from '@seedcore/runtime';
import { openReplies, openStore } from '@seedcore/store';
import { openTasks } from '@seedcore/tasks';
import { z } from 'zod';
import { meshAnnouncements } from './adapters/mesh-announcements.ts';
import { meshCensus } from './adapters/mesh-census.ts';
import { meshGoverning } from './adapters/mesh-governing.ts';
import { meshMeasuring } from './adapters/mesh-measuring.ts';
import { meshMemory } from './adapters/mesh-memory.ts';
import { meshOrgans } from './adapters/mesh-organs.ts';
import { meshThinking } from './adapters/mesh-thinking.ts';
import { coordinatorService } from './service.ts';
import { startWork } from './work/start-work.ts';

const definition = defineService({
  contract: coordinator,
  config: z.object({
    SEEDCORE_REPLICAS: z.enum(['1', '3']).default('1').describe('copies of everything on disk'),
  }),
  requires: ['organism'],
  start: async ({ mesh, config, clock, log, instance }) => {
    const report = (where: string, err: unknown) => log.warn({ err, where }, 'durable work');
    const store = openStore(mesh, { replicas: config.SEEDCORE_REPLICAS === '3' ? 3 : 1, report });
    const tasks = openTasks(store, { instance, report });
    await tasks.provision();
    const replies = await openReplies(store);
    const work = startWork({
      tasks,
      clock,
      measuring: meshMeasuring(mesh),
      thinking: meshThinking(mesh),
      governing: meshGoverning(mesh),
      organs: meshOrgans(mesh),
      memory: meshMemory(mesh),
      announcements: meshAnnouncements(mesh),
    });
    return {
      implementation: coordinatorService({ tasks, census: meshCensus(mesh), clock }),
      replies,
      // These wait for work done elsewhere: how long they take says nothing about how many this process can bear.
      limits: {
        process_task: { fixed: 512 },
        get_task: { fixed: 512 },
        cancel_task: { fixed: 128 },
        anomaly_triage: { fixed: 128 },
      },
      async drain(graceMs) {
        await work.drain(graceMs);
        await tasks.close();
        await store.close();
      },
    };
  },
});

await runService(definition, process.env);
