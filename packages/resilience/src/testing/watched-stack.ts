import { MeshError, type MeshErrorCode } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import type { Decision } from '../decision.ts';
import type { Attempt } from '../stack/operation.ts';
import type { StackPolicy, StackPorts } from '../stack/policy.ts';
import { Stack } from '../stack/stack.ts';

/** An error of the protected work. */
export const failure = (code: MeshErrorCode) => new MeshError(code, { target: 'ml.chat' });
/** The code a promise ends with, or its value. */
export const ending = (work: Promise<unknown>) =>
  work.catch((error: unknown) => (error instanceof MeshError ? error.code : error));
/** Work that is silent for ever. */
export const never = () => new Promise<never>(() => {});
/** Work that answers at once. */
export const answers = async ({ n }: Attempt) => `attempt ${n}`;
/** No retries. */
export const once = { max: 1, backoff: { baseMs: 50, capMs: 2_000 } };

/** A stack on a virtual clock, and what it decided. */
export function watched(policy: Partial<StackPolicy> = {}, ports: Partial<StackPorts> = {}) {
  const clock = new VirtualClock();
  const decisions: Decision[] = [];
  const stack = new Stack(
    'ml.chat',
    { idempotent: true, ...policy },
    {
      clock,
      random: new SeededRandom(7),
      observe: (_target, decision) => decisions.push(decision),
      ...ports,
    },
  );
  const names = () => decisions.map(({ layer, decision }) => `${layer} ${decision}`);
  return { clock, stack, decisions, names };
}

/** A stack that knows instances `a`, `b`, … of settled age. */
export async function fleet(ids: string, policy: Partial<StackPolicy> = {}) {
  const made = watched({ retry: once, ...policy });
  made.stack.assign([...ids].map((id) => ({ id, standing: 'routable' })));
  await made.clock.advance(30_000);
  return made;
}

/** A breaker that hardly ever opens, out of the way of whatever else is looked at. */
export const patientBreaker = {
  run: 1_000,
  minSettled: 10_000,
  failedShare: 1,
  slowShare: 1,
  openMs: 1_000,
  openCapMs: 1_000,
  probes: 3,
  forgiveMs: 1_000,
};
