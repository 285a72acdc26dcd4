import { readFileSync } from 'node:fs';

/** CPU time in ticks: of the machine in all, of it busy, and of our own processes. */
export type CpuTicks = { readonly all: number; readonly busy: number; readonly own: number };

/** Reads the counters of Linux; undefined elsewhere. */
export function readTicks(pids: readonly number[]): CpuTicks | undefined {
  if (process.platform !== 'linux') return undefined;
  const machine = readFileSync('/proc/stat', 'utf8');
  return { ...machineTicks(machine), own: pids.reduce((sum, pid) => sum + ticksOf(pid), 0) };
}

/** The share of the machine's time that others used between two readings, in [0, 1]; undefined where it cannot be known. */
export function foreignShare(before: CpuTicks | undefined, after: CpuTicks | undefined): number | undefined {
  if (before === undefined || after === undefined || after.all <= before.all) return undefined;
  const foreign = after.busy - before.busy - (after.own - before.own);
  return Math.min(1, Math.max(0, foreign / (after.all - before.all)));
}

/**
 * First line of `/proc/stat`: user nice system idle iowait irq softirq steal; what follows is part of user and nice.
 * Interrupts are not counted as busy: during a benchmark most of them carry its own messages, and no process is charged.
 */
export function machineTicks(stat: string): { readonly all: number; readonly busy: number } {
  const fields = (stat.split('\n', 1)[0] ?? '').trim().split(/\s+/).slice(1, 9).map(Number);
  const [user = 0, nice = 0, system = 0, , , , , steal = 0] = fields;
  return { all: fields.reduce((sum, ticks) => sum + ticks, 0), busy: user + nice + system + steal };
}

/** `utime` and `stime` of a line of `/proc/<pid>/stat`; its second field may hold spaces and brackets. */
export function processTicks(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}

function ticksOf(pid: number): number {
  try {
    return processTicks(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return 0; // ended meanwhile: it uses none any more
  }
}
