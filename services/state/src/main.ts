import { state } from '@seedcore/contracts';
import { defineService, runService } from '@seedcore/runtime';
import { openStore } from '@seedcore/store';
import { z } from 'zod';
import { watchHeap } from './adapters/watch-heap.ts';
import { openState } from './open-state.ts';

const definition = defineService({
  contract: state,
  config: z.object({
    SEEDCORE_REPLICAS: z.enum(['1', '3']).default('1').describe('copies of everything on disk'),
    STATE_VECTOR_DIM: z.coerce.number().int().min(1).max(4096).default(128).describe('length of every h'),
  }),
  start: (host) => {
    const replicas = host.config.SEEDCORE_REPLICAS === '3' ? 3 : 1;
    return openState(host, (report) => openStore(host.mesh, { replicas, report }), {
      vectorDim: host.config.STATE_VECTOR_DIM,
      isShortOfMemory: watchHeap().isShort,
    });
  },
});

await runService(definition, process.env);
