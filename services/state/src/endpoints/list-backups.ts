import type { state } from '@seedcore/contracts';
import { type Handler, ok } from '@seedcore/protocol';
import type { BackupPorts } from '../backup-ports.ts';
import { listed } from '../work/backup/list-notes.ts';

/** Backups, newest first. */
export function listBackups(ports: BackupPorts): Handler<typeof state.endpoints.list_backups> {
  return async ({ limit, cursor }) => {
    const { notes } = await listed(ports);
    const first = cursor === undefined ? 0 : notes.findIndex(({ name }) => name === cursor) + 1;
    const page = notes.slice(first, first + limit);
    const last = page.at(-1);
    const backups = page.map(({ origin: _, why: __, ...shown }) => shown);
    const more = first + page.length < notes.length && last !== undefined;
    return ok({ backups, ...(more ? { cursor: last.name } : {}) });
  };
}
