import { setTimeout as pause } from 'node:timers/promises';
import { connect, systemClock } from '@seedcore/mesh';
import { type Lease, openStore } from '@seedcore/store';
import type { JournalLine } from '../../checkers/store-journal.ts';
import { hostMs } from './clock-host.ts';

/**
 * Stands for the lease `singleton`; while it leads it looks again and again whether it still does, says so, and acts after
 * each good look. SIGUSR2 puts its time of day an hour forward, the next one an hour back.
 */
const holder = process.env['SC_PROCESS'] ?? 'p';
const ttlMs = Number(process.env['SC_TTL_MS']);
const HOUR_MS = 3_600_000;
/** Between a look and what is done because of it a process can be stopped; in ms. */
const ACTING_MS = 20;

let jumpedMs = 0;
process.on('SIGUSR2', () => {
  jumpedMs = jumpedMs === 0 ? HOUR_MS : 0;
});
const clock = {
  now: systemClock.now,
  after: systemClock.after,
  wallMs: () => systemClock.wallMs() + jumpedMs,
};
const servers = process.env['SC_SERVERS']?.split(',');
const mesh = await connect({ servers, ns: 'test', clock, onDefect: () => {} });
const store = openStore(mesh, { replicas: 3, report: () => {} });

async function lead(lease: Lease): Promise<void> {
  console.log(`leads ${lease.epoch} on ${mesh.nats().getServer()}`);
  let from: number | undefined;
  for (let before = hostMs(); lease.leftMs() > 0; before = hostMs()) {
    from ??= hostMs();
    const belief = { name: lease.name, holder, epoch: lease.epoch, from, to: Math.max(from, before) };
    console.log(JSON.stringify({ belief } satisfies JournalLine));
    await pause(ACTING_MS);
    if (mesh.state === 'up') mesh.nats().publish('effect', String(lease.epoch));
  }
  console.log(`over ${lease.epoch}`);
}

store.elect('singleton', lead, { ttlMs });
console.log('ready');
