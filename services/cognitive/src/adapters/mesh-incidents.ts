import { type KnownFact, state } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import { type Call, MeshError } from '@seedcore/protocol';
import type { Missing } from '@seedcore/runtime';
import { INCIDENT_TAG } from '../domain/known-incident.ts';
import type { Incidents } from '../ports.ts';

/** Most time a look-up may take, and its share of the time left. */
const LOOKUP_MS = 1500;
const LOOKUP_SHARE = 0.25;
/** Most characters of a message that are searched for. */
const QUERY_CHARS = 400;

/** Incidents kept by state as facts tagged `incident`. */
export class MeshIncidents implements Incidents {
  readonly #mesh: Mesh;
  #failed: { readonly sinceMs: number; readonly detail: string } | undefined;

  constructor(mesh: Mesh) {
    this.#mesh = mesh;
  }

  async find(query: string, k: number, call: Call): Promise<readonly KnownFact[] | undefined> {
    const options = { parent: call, deadlineMs: Math.min(LOOKUP_MS, LOOKUP_SHARE * call.left()) };
    const { search_facts: search } = this.#mesh.client(state);
    const tags = [INCIDENT_TAG];
    try {
      const replies = await Promise.all([
        search({ query: query.slice(0, QUERY_CHARS), tags, k }, options),
        search({ tags, k: 50 }, options),
      ]);
      this.#failed = undefined;
      return replies.flatMap((reply) => (reply.ok ? reply.value.facts.map(({ fact }) => knownFact(fact)) : []));
    } catch (error) {
      if (!(error instanceof MeshError)) throw error;
      this.#failed ??= { sinceMs: this.#mesh.clock.wallMs(), detail: error.code };
      return undefined;
    }
  }

  /** State, while the last look-up failed. */
  missing(): Missing[] {
    if (this.#failed === undefined) return [];
    const { sinceMs, detail } = this.#failed;
    return [{ name: 'state', since: new Date(sinceMs).toISOString(), detail: `no past incidents: ${detail}` }];
  }
}

const knownFact = ({ fact_id, text, tags, trust, observed_at }: KnownFact): KnownFact => ({
  fact_id,
  text,
  tags,
  trust,
  observed_at,
});
