import type { AgentPatch } from '@seedcore/contracts';
import { type Refusal, reviseAgent } from '../domain/revise-agent.ts';
import type { Ports } from '../ports.ts';

/** A wish to change an agent. */
export type AgentWish = {
  readonly agentId: string;
  readonly patch: AgentPatch;
  readonly expectedRevision?: number | undefined;
  readonly epoch?: number | undefined;
  readonly normalise: boolean;
  readonly create: boolean;
  readonly who: string;
};

/** What came of it. */
export type AgentWritten =
  | { readonly kind: 'ok'; readonly revision: number; readonly changed: string[]; readonly normalised: boolean }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'contended'; readonly tries: number }
  | { readonly kind: 'corrupt'; readonly why: string };

/** Changes an agent's record by compare-and-set, and announces what changed. */
export async function writeAgent(ports: Ports, wish: AgentWish): Promise<AgentWritten> {
  const at = new Date(ports.clock.wallMs()).toISOString();
  let last: ReturnType<typeof reviseAgent> | undefined;
  const writing = await ports.agents.revise(wish.agentId, (now, rev) => {
    last = reviseAgent(now, rev, { ...wish, at, dim: ports.vectorDim });
    return last.ok && last.record !== now ? last.record : 'skip';
  });
  if (writing.kind === 'contended' || writing.kind === 'corrupt') return writing;
  if (last === undefined) return { kind: 'ok', revision: writing.rev, changed: [], normalised: false };
  if (!last.ok) return { kind: 'refused', refusal: last.refusal };
  const changed = writing.kind === 'written' ? [...last.changed] : [];
  if (writing.kind === 'written')
    ports.announcements.agentChanged({ agent_id: wish.agentId, revision: writing.rev, fields: changed, by: wish.who });
  return { kind: 'ok', revision: writing.rev, changed, normalised: last.normalised };
}
