import type { SnapshotSource } from '../domain/snapshot-source.ts';
import type { Ports } from '../ports.ts';

/** Everything this replica knows, read at one moment. */
export function snapshotSource({ agents, organs, facts, beats, census, clock }: Ports): SnapshotSource {
  const nowMs = clock.now();
  return {
    agents: agents.view.entries().map(([id, { value: record }]) => ({ record, heard: beats.heard(id, nowMs) })),
    organs: organs.view.entries().map(([, { value }]) => value),
    facts: { count: facts.view.size, bytes: facts.view.bytes, coverage: facts.view.coverage },
    buckets: { agents: agents.fill(), organs: organs.fill(), memory: facts.fill() },
    census: census(),
  };
}
