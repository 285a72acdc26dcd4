import { coordinator } from '@seedcore/contracts';
import { conformance, MemoryReplies, memoryTasks, SeededRandom, startService, VirtualClock } from '@seedcore/testkit';
import { test } from 'vitest';
import type { Census } from './ports.ts';
import { coordinatorService } from './service.ts';

const census: Census = {
  instances: async () => [{ name: 'organism', version: '0.1.0' }],
  health: async () => ({ ready: true, missing: [], degraded_by: [] }),
  mode: async () => 'NORMAL',
  organs: async () => ['utility_organ_1'],
};

/** Nobody takes its tasks: what waits for one ends at its deadline. */
function start() {
  const clock = new VirtualClock();
  const random = new SeededRandom(1);
  const { tasks } = memoryTasks({ clock, random });
  return startService(coordinatorService({ tasks, census, clock }), {
    clock,
    random,
    replies: new MemoryReplies(clock),
  });
}

test.each(conformance(coordinator, start))('$name', ({ run }) => run());
