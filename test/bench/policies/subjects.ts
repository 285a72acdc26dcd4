import { systemClock, systemRandom } from '@seedcore/mesh';
import {
  type Ending,
  type Operation,
  Stack,
  type StackCall,
  type StackPolicy,
  type UnderWay,
} from '@seedcore/resilience';
import type { Subject } from './run-in-process.ts';

/** The function by itself. */
export const BARE = 'bare function';

/** What is protected: an asynchronous function that does nothing. */
export const work = async (): Promise<number> => 1;

/** The same as the mesh protects its exchanges: an operation that says when it is over, here at once. */
const operation: Operation<number> & UnderWay<number> = {
  begin(attempt) {
    attempt.answer(1);
    return this;
  },
  abandon: () => undefined,
  late: () => new Error('nothing here takes any time'),
};
const ending: Ending<number> = { resolve: () => undefined, reject: () => undefined };
const call: StackCall = {};

/** Every default policy: deadline, throttle, retry with budget, breaker, bulkhead. */
const policy: Partial<StackPolicy> = { idempotent: true };
const ports = { clock: systemClock, random: systemRandom };

function stackOf(target: string, instances: readonly string[]): Stack {
  const stack = new Stack(target, policy, ports);
  stack.assign(instances.map((id) => ({ id, standing: 'routable' })));
  return stack;
}

const FOUR = ['a', 'b', 'c', 'd'];
const [alone, chosen, around] = [
  stackOf('bench.policies', []),
  stackOf('bench.instances', FOUR),
  stackOf('bench.function', []),
];

/**
 * The policies by themselves, as they are around every call of the mesh; with the choice among four instances and their
 * breakers; around an asynchronous function, which is bare elsewhere and what others wrap.
 */
export const ownSubjects: readonly Subject[] = [
  { name: 'nothing', call: () => undefined },
  { name: 'policies', call: () => alone.start(operation, call, ending), beyond: 'nothing' },
  { name: 'policies and instances', call: () => chosen.start(operation, call, ending), beyond: 'nothing' },
  { name: BARE, call: work },
  { name: 'function in policies', call: () => around.run(work), beyond: BARE },
];
