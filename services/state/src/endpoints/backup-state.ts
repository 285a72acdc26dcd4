import type { state } from '@seedcore/contracts';
import { type Call, fail, type Handler, ok } from '@seedcore/protocol';
import type { BackupPorts, BackupWish } from '../backup-ports.ts';
import { type BackupNote, begunNote, noteOf } from '../domain/backup/backup-note.ts';
import { BackupDamaged } from '../domain/backup/damaged.ts';
import { backupTask, compactTime } from '../domain/backup/names.ts';
import { readManifest } from '../work/backup/read-backup.ts';
import { patience } from './patience.ts';

/** Has everything that is asked for copied and verified; asked again under the same name, it tells how that went. */
export function backupState(ports: BackupPorts): Handler<typeof state.endpoints.backup_state> {
  return async ({ backup_name, include, wait_ms }, call) => {
    const wallMs = ports.clock.wallMs();
    const name = backup_name ?? compactTime(wallMs);
    const groups = [...new Set(include ?? ports.parts.keys())].sort();
    const wish: BackupWish = { name, groups, origin: 'asked' };
    const known = await knownBackup(ports, name);
    if (known !== undefined && known.groups.join() !== groups.join())
      return fail('backup_exists', { backup_name: name });
    if (known === undefined || known.status === 'running') {
      const busy = await begin(ports, wish, new Date(wallMs).toISOString());
      if (busy !== undefined) return fail('busy', { backup_name: busy });
    }
    const note =
      known !== undefined && known.status !== 'running' ? known : await ended(ports, wish, { wait_ms, call });
    const { status, content_hash, records, bytes, why } = note;
    return ok({
      ...{ backup_name: name, status, records, bytes },
      ...(content_hash === undefined ? {} : { content_hash }),
      ...(why === undefined ? {} : { why }),
    });
  };
}

/** By its manifest, which is the proof, or by what was noted; with the groups that were asked for. */
async function knownBackup({ shelf, notes }: BackupPorts, name: string): Promise<BackupNote | undefined> {
  try {
    const table = await readManifest(shelf, name);
    return table === undefined ? await notes.backup(name) : { ...noteOf(table), groups: table.asked };
  } catch (error) {
    if (!(error instanceof BackupDamaged)) throw error;
    const note = await notes.backup(name);
    return note && { ...note, status: 'failed', why: error.message };
  }
}

/** Hands it to the task that takes it, unless that has it; the name of what is under way instead. */
async function begin({ notes, jobs }: BackupPorts, wish: BackupWish, at: string): Promise<string | undefined> {
  const task_id = backupTask(wish.name);
  if ((await jobs.state(task_id)) !== 'absent') return undefined;
  const busy = await notes.take({ task_id, name: wish.name, held: [] });
  if (busy !== undefined) return busy.name;
  await notes.noteBackup(wish.name, (now) => now ?? begunNote({ ...wish, groups: [...wish.groups] }, at));
  await jobs.submitBackup(wish);
  return undefined;
}

/** How it stands when the wait is over; a task that ended without a word has failed. */
async function ended(
  ports: BackupPorts,
  { name, groups, origin }: BackupWish,
  { wait_ms, call }: { readonly wait_ms: number; readonly call: Call },
): Promise<BackupNote> {
  const task = backupTask(name);
  await ports.jobs.wait(task, patience(call, wait_ms), call.signal);
  const state = await ports.jobs.state(task);
  const at = new Date(ports.clock.wallMs()).toISOString();
  const note = (await knownBackup(ports, name)) ?? begunNote({ name, groups: [...groups], origin }, at);
  if (note.status !== 'running' || state !== 'failed') return note;
  return { ...note, status: 'failed', why: 'its task came to nothing' };
}
