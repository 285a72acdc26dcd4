import { resolveServer, startServer } from '@seedcore/nats-dev';
import { Instances } from './instances.ts';
import { phases } from './phases.ts';
import { type Load, runPhase } from './run-phase.ts';
import type { PhaseRow } from './tally.ts';

/** What the drill is told. */
export type DrillOptions = {
  readonly load: Load;
  /** Of a call, from the phase that brings a deadline. */
  readonly deadlineMs: number;
  readonly seed: number;
  /** Of this process; what the instances inherit. */
  readonly env: NodeJS.ProcessEnv;
  /** Told which phase begins. */
  readonly note: (line: string) => void;
};

/** The whole drill on a nats-server of its own: every phase with the same load and the same trouble. */
export async function runDrill({ load, deadlineMs, seed, env, note }: DrillOptions): Promise<readonly PhaseRow[]> {
  const found = await resolveServer();
  if (found.kind === 'url') throw new Error('the drill starts a nats-server of its own: unset NATS_URL');
  const server = await startServer({ server: found });
  const instances = new Instances({ ...env, NATS_URL: server.url, SEEDCORE_NS: 'drill', DRILL_SEED: String(seed) });
  try {
    await instances.startAll();
    const rows: PhaseRow[] = [];
    for (const phase of phases(deadlineMs)) {
      note(phase.name);
      rows.push(await runPhase(phase, { url: server.url, instances, load }));
    }
    return rows;
  } finally {
    await instances.endAll();
    await server.stop();
  }
}
