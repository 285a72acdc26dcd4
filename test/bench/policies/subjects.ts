import { systemClock, systemRandom } from '@seedcore/mesh';
import { Stack, type StackPolicy } from '@seedcore/resilience';
import type { Subject } from './run-in-process.ts';

/** What is protected: an asynchronous function that does nothing. */
export const work = async (): Promise<number> => 1;

/** Every default policy: deadline, throttle, retry with budget, breaker, bulkhead. */
const policy: Partial<StackPolicy> = { idempotent: true };
const ports = { clock: systemClock, random: systemRandom };

function around(target: string, instances: readonly string[]): Subject['call'] {
  const stack = new Stack(target, policy, ports);
  stack.assign(instances.map((id) => ({ id, standing: 'routable' })));
  return () => stack.run(work);
}

/** The bare function, the policies around it, and the same with the choice among four instances and their breakers. */
export const ownSubjects: readonly Subject[] = [
  { name: 'bare', call: work },
  { name: 'policies', call: around('bench.policies', []) },
  { name: 'policies and instances', call: around('bench.instances', ['a', 'b', 'c', 'd']) },
];
