import type { state } from '@seedcore/contracts';
import { fail, type Handler, type Input, type Output, ok, randomText } from '@seedcore/protocol';
import type { BackupPorts } from '../backup-ports.ts';
import { BackupDamaged } from '../domain/backup/damaged.ts';
import type { Manifest } from '../domain/backup/manifest.ts';
import { compactTime, restoreTask } from '../domain/backup/names.ts';
import { hasEnded, plannedRestore, type RestoreRecord, skipping } from '../domain/backup/restore-record.ts';
import { readManifest } from '../work/backup/read-backup.ts';
import { patience } from './patience.ts';

type Endpoint = typeof state.endpoints.restore_state;
type Status = Output<Endpoint>['status'];
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** Reads, tries or writes back a backup; asked again under the same id, it tells how that went, or has it resumed. */
export function restoreState(ports: BackupPorts): Handler<Endpoint> {
  return async (input, call) => {
    const id = input.restore_id ?? `${compactTime(ports.clock.wallMs())}-${randomText(ports.random, LETTERS, 6)}`;
    try {
      const known = await ports.notes.restore(id);
      if (known === undefined) {
        const table = await readManifest(ports.shelf, input.backup_name);
        if (table === undefined) return fail('unknown_backup', { backup_name: input.backup_name });
        const refused = refusal(ports, input, table);
        if (refused !== undefined) return refused;
      }
      const busy = known !== undefined && hasEnded(known) ? undefined : await begin(ports, id, { input, known });
      if (busy !== undefined) return fail('busy', { backup_name: busy });
    } catch (error) {
      if (!(error instanceof BackupDamaged)) throw error;
      return fail('hash_mismatch', { object: error.object, want: error.want, got: error.got });
    }
    await ports.jobs.wait(restoreTask(id), patience(call, input.wait_ms), call.signal);
    const record = await ports.notes.restore(id);
    if (record === undefined) throw new Error(`${id}: its record is gone`);
    const { failure } = record;
    if (failure?.code === 'hash_mismatch')
      return fail('hash_mismatch', { object: failure.object ?? '', want: failure.want ?? '', got: failure.got ?? '' });
    const state = hasEnded(record) ? 'succeeded' : await ports.jobs.state(restoreTask(id));
    return ok(report(record, state === 'failed'));
  };
}

/** Why nothing is begun: what writes needs the hash of the backup, and what deletes an emergency, or force with a reason. */
function refusal({ mode }: BackupPorts, { mode: how, confirm, force, reason }: Input<Endpoint>, table: Manifest) {
  if (how !== 'merge' && how !== 'replace') return undefined;
  if (confirm !== table.content_hash) return fail('confirm_required', { content_hash: table.content_hash });
  const allowed = how === 'merge' || mode() === 'EMERGENCY' || (force && reason !== undefined);
  return allowed ? undefined : fail('mode_forbids', { mode: mode() ?? 'UNKNOWN' });
}

type Begun = { readonly input: Input<Endpoint>; readonly known: RestoreRecord | undefined };

/** Hands it to the task that does it; the name of what is under way instead. */
async function begin(ports: BackupPorts, id: string, { input, known }: Begun): Promise<string | undefined> {
  const { notes, jobs } = ports;
  const task_id = restoreTask(id);
  const state = await jobs.state(task_id);
  if (known !== undefined && state === 'running') return undefined;
  const busy = await notes.take({ task_id, name: input.backup_name, held: [] });
  if (busy !== undefined) return busy.name;
  if (known === undefined) await notes.beginRestore(await planned(ports, id, input));
  if (state === 'absent') await jobs.submitRestore(id);
  else await jobs.again(task_id);
  return undefined;
}

async function planned({ shelf, clock }: BackupPorts, id: string, input: Input<Endpoint>): Promise<RestoreRecord> {
  const { backup_name, mode, include, reason } = input;
  const kept = (await readManifest(shelf, backup_name))?.groups.map(({ group }) => group) ?? [];
  const groups = kept.filter((group) => include === undefined || include.includes(group));
  const wish = { restore_id: id, backup_name, mode, groups, ...(reason === undefined ? {} : { reason }) };
  const record = plannedRestore(wish, new Date(clock.wallMs()).toISOString());
  const missing = (include ?? []).filter((group) => !kept.includes(group));
  return missing.reduce((now, group) => skipping(now, `${group}/*`, 'not_in_backup'), record);
}

function statusOf({ phase }: RestoreRecord): Status {
  return phase === 'done' || phase === 'failed' ? phase : 'running';
}

function report(record: RestoreRecord, isLost: boolean): Output<Endpoint> {
  const { restore_id, phase, written, deleted, kept, skipped, skipped_total, matches, safety_backup, failure } = record;
  const why = failure?.message ?? (isLost ? 'its task came to nothing; asked again, it is resumed' : undefined);
  return {
    ...{ restore_id, phase, written, deleted, kept, skipped, skipped_total, matches: matches ?? null },
    status: isLost ? 'failed' : statusOf(record),
    ...(safety_backup === undefined ? {} : { safety_backup }),
    ...(why === undefined ? {} : { why }),
  };
}
