import type { state } from '@seedcore/contracts';
import { type Handler, MeshError, ok } from '@seedcore/protocol';
import { StoreError } from '@seedcore/store';
import type { BackupNote } from '../domain/backup/backup-note.ts';
import { partsOf } from '../domain/snapshot.ts';
import { stateBrief } from '../domain/state-brief.ts';
import type { Ports } from '../ports.ts';
import { listed } from '../work/backup/list-notes.ts';
import { snapshotSource } from '../work/snapshot-source.ts';

/** Everything in one look. */
export function getStateSummary(ports: Ports): Handler<typeof state.endpoints.get_state_summary> {
  return async () => {
    const backups = await backupsOf(ports);
    const source = snapshotSource(ports);
    const live = source.agents.filter(({ record }) => !record.archived);
    const { memories, episodes } = ports.memory;
    const tiers = { long_term: 0, flashbulb: 0, episode: 0 };
    for (const { value } of [...memories.view.memories(), ...episodes.view.memories()]) tiers[value.tier] += 1;
    const parts = partsOf(source, live, live);
    const flaws = ports.figures.flaws.counts;
    return ok(stateBrief({ source, parts, memories: tiers, backups, flaws, wallMs: ports.clock.wallMs() }));
  };
}

/** Undefined when they cannot be read, which the summary says: the rest of it is known without the broker. */
async function backupsOf({ backups }: Ports): Promise<readonly BackupNote[] | undefined> {
  try {
    return (await listed(backups)).notes;
  } catch (error) {
    if (error instanceof MeshError || error instanceof StoreError) return undefined;
    throw error;
  }
}
