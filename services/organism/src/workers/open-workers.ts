import { worker } from '@seedcore/contracts';
import { implement } from '@seedcore/protocol';
import { Rounds } from '../agents/rounds.ts';
import { HOST_SUSPECT_MS } from '../domain/host-state.ts';
import type { HelloPorts } from './hello.ts';
import type { WorkerDesk } from './worker-desk.ts';
import { type DoorPorts, WorkerDoor } from './worker-door.ts';
import type { KeptWorker } from './worker-records.ts';

/** How often a replica looks whether its workers are still heard, in ms. */
const LOOK_MS = 1000;
/** A worker whose replica is gone has so long to be heard by another one, in ms. */
const ORPHAN_MS = 30_000;

/** What workers are opened on. */
export type WorkersParts = HelloPorts & {
  readonly desk: WorkerDesk;
  readonly hosts: DoorPorts['hosts'];
  readonly warn: (message: string, cause: unknown) => void;
};

/** The contract `worker` as this replica answers it, and what it does for its workers without being asked. */
export function openWorkers({ desk, warn, ...parts }: WorkersParts) {
  const door = new WorkerDoor({ desk, ...parts });
  const known = new Map<string, KeptWorker & { readonly since: number }>();
  const { records, skills, clock, roster, agents } = desk.ports;
  const removeOrphans = async () => {
    for (const [name, { record, rev, since }] of known) {
      const heardAt = Math.max(since, roster.heardAt(record.host) ?? 0);
      if (clock.now() - heardAt < ORPHAN_MS + HOST_SUSPECT_MS || desk.get(name) !== undefined) continue;
      for (const { holding } of roster.agents(record.organ_id))
        if (holding.worker === name && holding.host === record.host) await agents().dismiss(holding.agent_id);
      await records.remove(name, rev);
    }
  };
  const rounds = new Rounds(clock, LOOK_MS, {
    round: async () => {
      await desk.look();
      await removeOrphans();
    },
    failed: (cause) => warn('workers could not be looked after', cause),
  });
  return {
    implementation: implement(worker, {
      hello: (input) => door.take('hello', input),
      claim: (input) => door.take('claim', input),
      progress: (input) => door.take('progress', input),
      beat: (input) => door.take('beat', input),
      effect: (input) => door.take('effect', input),
      finish: (input) => door.take('finish', input),
      bye: (input) => door.take('bye', input),
    }),
    async start(): Promise<void> {
      await records.watch((change) => {
        if (change.kind === 'skill') skills.heard(change.name, change.record, change.rev);
        else if (change.record === undefined) known.delete(change.name);
        else known.set(change.name, { record: change.record, rev: change.rev, since: clock.now() });
      });
      door.open();
      rounds.start();
    },
    thawed: () => desk.thawed(),
    async drain(graceMs: number): Promise<void> {
      await rounds.stop();
      await desk.drain(graceMs);
    },
  };
}
