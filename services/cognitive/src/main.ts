import { cognitive } from '@seedcore/contracts';
import { defineService, runService } from '@seedcore/runtime';
import { z } from 'zod';
import { MeshIncidents } from './adapters/mesh-incidents.ts';
import { cognitiveService } from './service.ts';

const definition = defineService({
  contract: cognitive,
  config: z.object({}),
  start: async ({ mesh, clock, random }) => {
    const incidents = new MeshIncidents(mesh);
    return {
      implementation: cognitiveService({
        clock,
        random,
        incidents,
        announce: (done) => void mesh.publish(cognitive, 'thought_done', done),
      }),
      missing: () => incidents.missing(),
    };
  },
});

await runService(definition, process.env);
