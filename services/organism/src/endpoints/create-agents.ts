import type { organism } from '@seedcore/contracts';
import { type Handler, type Input, MeshError, type Output, ok } from '@seedcore/protocol';
import { type CreatePorts, notCreated } from './create-agent.ts';

/** Agents that are created at the same time. */
const AT_ONCE = 16;

type Endpoint = typeof organism.endpoints.create_agents;
type Wish = Input<Endpoint>['agents'][number];
type Line = Output<Endpoint>['results'][number];

/** Creates up to a hundred agents; what fails for one is told of that one. */
export function createAgents(ports: CreatePorts): Handler<Endpoint> {
  return async ({ agents }, call) => {
    const results: Line[] = [];
    const waiting = agents.map((wish, i) => ({ wish, i }));
    const lane = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        results[next.i] = await lineOf(next.wish, ports, call.signal);
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, agents.length) }, lane));
    call.signal.throwIfAborted();
    const count = (right: (line: Line) => boolean | undefined) => results.filter(right).length;
    return ok({
      results,
      created: count(({ created }) => created),
      reused: count(({ reused }) => reused),
      failed: count(({ ok: fine }) => !fine),
    });
  };
}

async function lineOf(wish: Wish, ports: CreatePorts, signal: AbortSignal): Promise<Line> {
  const named = wish.agent_id === undefined ? {} : { agent_id: wish.agent_id };
  try {
    const made = await ports.registry.create(wish, signal);
    if (made.is !== 'there') return { ...named, ok: false, error: notCreated(made, wish.organ_id, ports).failure };
    const { agent, created, differs } = made;
    const { agent_id } = agent.holding;
    return { agent_id, ok: true, epoch: agent.epoch, created, reused: !created, differs: [...differs] };
  } catch (cause) {
    if (!(cause instanceof MeshError)) throw cause;
    return { ...named, ok: false, error: { code: cause.code, details: { message: cause.message } } };
  }
}
