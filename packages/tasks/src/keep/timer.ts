import type { Stored, StoredWhole, WriteOptions } from '@seedcore/store';

const SCHEDULE = 'Nats-Schedule';
const TARGET = 'Nats-Schedule-Target';
const ONCE = '@at ';

/** When a timer is due, wall-clock ms; undefined for one that repeats, which the broker goes on with by itself. */
export function dueOf(timer: Pick<Stored, 'header'>): number | undefined {
  const schedule = timer.header(SCHEDULE);
  const due = schedule?.startsWith(ONCE) ? Date.parse(schedule.slice(ONCE.length)) : Number.NaN;
  return Number.isNaN(due) ? undefined : due;
}

/**
 * How a timer is published once more, in place of itself and of nothing else. Under its old name the broker would take it
 * for a repeat; its other headers stay.
 */
export function rearmed(timer: StoredWhole): WriteOptions | undefined {
  const due = dueOf(timer);
  const target = timer.header(TARGET);
  if (due === undefined || target === undefined) return undefined;
  const name = timer.header('Nats-Msg-Id');
  return {
    expect: timer.seq,
    due: { at: new Date(due), target },
    headers: timer.headers.filter(([header]) => isKept(header)),
    ...(name === undefined ? {} : { messageId: nextArm(name) }),
  };
}

/** `x` becomes `x.arm1`, and `x.arm1` becomes `x.arm2`. */
export function nextArm(name: string): string {
  const [, base = name, n = '0'] = /^(.*)\.arm(\d+)$/.exec(name) ?? [];
  return `${base}.arm${Number(n) + 1}`;
}

/** What the broker reads it may have written itself, apart from how the message is to be sent. */
function isKept(header: string): boolean {
  if (!header.startsWith('Nats-')) return true;
  return header.startsWith(`${SCHEDULE}-`) && header !== TARGET;
}
