import type { EvolutionRecord } from '@seedcore/contracts';
import type { Candidacy, Store } from '@seedcore/store';
import { EvolutionBook } from './evolution-book.ts';
import { type DriverPorts, EvolutionDriver } from './evolution-driver.ts';

/** Lease of whoever drives evolutions. */
const LEASE = 'organism-evolve';

/** What evolutions of a replica are opened on. */
export type EvolutionParts = Omit<DriverPorts, 'book'> & { readonly elect: Store['elect'] };

/** What is known of evolutions here, and this replica's standing offer to drive them. */
export function openEvolution({ elect, ...ports }: EvolutionParts) {
  const book = new EvolutionBook();
  const driver = new EvolutionDriver({ ...ports, book });
  let candidacy: Candidacy | undefined;
  return {
    book,
    start: async () => {
      await ports.evolutions.watch((record: EvolutionRecord) => book.apply(record));
      candidacy = elect(LEASE, (lease) => driver.lead(lease));
    },
    stop: async () => candidacy?.stop(),
  };
}
