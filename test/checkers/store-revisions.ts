import type { Write } from './store-history.ts';

/**
 * store.S1: a value changes only through a revision somebody saw. Every write of a client names the newest revision its
 * key had; after an expiry or a removal "nothing" names it as well. Revisions only grow.
 */
export function unseenRevisions(log: readonly Write[]): readonly string[] {
  const newest = new Map<string, Write>();
  const wrong: string[] = [];
  let rev = 0;
  for (const write of log) {
    if (write.rev <= rev) wrong.push(`store.S1: revision ${write.rev} comes after ${rev}`);
    rev = write.rev;
    const before = newest.get(write.key);
    if (write.kind !== 'expiry' && !names(write.expect, before))
      wrong.push(`store.S1: ${write.key} ${write.rev} was based on ${write.expect}, it stood at ${before?.rev ?? 0}`);
    newest.set(write.key, write);
  }
  return wrong;
}

function names(expect: number | undefined, before: Write | undefined): boolean {
  if (expect === undefined) return false;
  if (expect === (before?.rev ?? 0)) return true;
  return expect === 0 && before !== undefined && before.kind !== 'value';
}
