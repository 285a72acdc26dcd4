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
    limits: { detect_anomaly: { fixed: 8 }, embeddings: { fixed: 8 }, rerank: { fixed: 8 } },
  }),
});

await runService(definition, process.env);
