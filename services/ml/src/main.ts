import { ml } from '@seedcore/contracts';
import { defineService, runService } from '@seedcore/runtime';
import { z } from 'zod';
import { meshAnnouncement } from './adapters/mesh-announcement.ts';
import { mlService } from './service.ts';

const definition = defineService({
  contract: ml,
  config: z.object({}),
  start: async ({ mesh, clock }) => ({
    implementation: mlService({ clock, announce: meshAnnouncement(mesh) }),
    limits: { detect_anomaly: 8, embeddings: 8, rerank: 8 },
  }),
});

await runService(definition, process.env);
