import type { Declared } from './declared.ts';
import { findPackagesHere } from './find-packages.ts';
import { importFile } from './import-skill.ts';
import { cardOf } from './skill-card.ts';

/**
 * Entry of a process that imports one skill file and tells what it declares. Whatever the file does while it is imported
 * (throw, spin, wait for ever, eat all memory, exit), it does it here.
 */
findPackagesHere();
const answer = await declared(process.argv[2] ?? '');
process.send?.(answer, () => process.exit(0));

async function declared(url: string): Promise<Declared> {
  try {
    const { calls, sources, ...card } = cardOf(await importFile(url));
    return { ok: true, card: { ...card, calls, sources } };
  } catch (cause) {
    return { ok: false, why: cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause) };
  }
}
