import { defineService, runService } from '@seedcore/runtime';
import { z } from 'zod';
import { link, linkService } from './chain.ts';

const contract = link(process.env['LINK'] ?? 'first');
const config = z.object({ LINK: z.string(), LINK_NEXT: z.string().optional() });

await runService(
  defineService({
    contract,
    config,
    start: async ({ mesh, config: { LINK_NEXT } }) => ({
      implementation: linkService(contract, async (note, call) => {
        mesh.publish(contract, 'passed', { note });
        if (LINK_NEXT === undefined) return 0;
        const reply = await mesh.client(link(LINK_NEXT)).go({ note }, call);
        return reply.ok ? reply.value.passed : 0;
      }),
    }),
  }),
  process.env,
);
