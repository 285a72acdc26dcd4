import { type AgentRecord, type BeliefRecord, type Fact, state } from '@seedcore/contracts';
import { openMesh } from '@seedcore/mesh/testing';
import { openRaw, openStore, type RawBucket } from '@seedcore/store';

const AT = '2026-11-22T00:00:00.000Z';
/** Most changes of one batch. */
const BATCH = 100;

/** A connection to a mesh, and its records as bytes. */
export async function openRemembered(where: { readonly servers: string; readonly ns: string }) {
  const mesh = await openMesh(where);
  const store = openStore(mesh);
  return { mesh, store, client: mesh.client(state), close: () => mesh.close() };
}

/** Writes `n` records, as fast as they go: a tenth are agents, three tenths facts, the rest beliefs. */
export async function remember(store: ReturnType<typeof openStore>, n: number): Promise<void> {
  const agents = openRaw(store, 'agents', { expiring: false });
  const memory = openRaw(store, 'memory', { expiring: true });
  const beliefs = openRaw(store, 'beliefs', { expiring: true });
  const [some, more] = [Math.floor(n / 10), Math.floor((3 * n) / 10)];
  await fill(agents, some, (i) => [`a${i}`, agent(`a${i}`)]);
  await fill(memory, more, (i) => [`f.f${i}`, fact(i)]);
  await fill(beliefs, n - some - more, (i) => [`p${i}`, belief(i)]);
}

async function fill(bucket: RawBucket, n: number, record: (i: number) => readonly [string, object]): Promise<void> {
  for (let from = 0; from < n; from += BATCH) {
    const changes = Array.from({ length: Math.min(BATCH, n - from) }, (_, i) => {
      const [key, value] = record(from + i);
      return { key, expect: 0, body: new TextEncoder().encode(JSON.stringify({ ...value, _v: 1 })) };
    });
    await bucket.write(changes);
  }
}

const agent = (agent_id: string): AgentRecord => ({
  ...{ agent_id, organ_id: 'utility', project_id: null, specialty: null, lifecycle: 'ready', owner: 'one' },
  ...{ archived: false, h: null, p: { e: 0.2, s: 0.3, o: 0.5 }, c: { value: 0.5, n: 0 }, mem_util: 0.25 },
  ...{ skills: { read: 0.5 }, peers: {}, quality: [0.5, 0.75], provenance: { p: { who: 'organism', when: AT } } },
  counters: { tasks: 1, ok: 1, failed: 0, memory_writes: 0, memory_hits: 0, salient: 0 },
  ...{ epoch: 3, created_at: AT, updated_at: AT },
});

const fact = (i: number): Fact => ({
  ...{ fact_id: `f${i}`, text: `Pump ${i} vibrates above ${i % 60} Hz`, tags: ['pump'], source: 'inspection' },
  ...{ visibility: 'public', no_external_egress: false, trust: 0.5, observed_at: AT, created_at: AT, updated_at: AT },
});

const belief = (i: number): BeliefRecord => ({
  ...{ project_id: `p${i}`, turn: i % 100, state: 'build', constraints: { budget: i }, constraints_hash: 'none' },
  ...{ epoch: 3, updated_by: 'coordinator', updated_at: AT },
});
