import type { Mesh } from '@seedcore/mesh';
import type { Store } from '@seedcore/store';
import { brokerFigures } from './adapters/broker-figures.ts';
import type { FigurePorts } from './figure-ports.ts';
import type { OpenWorkingMemory } from './open-working-memory.ts';
import type { Quarantine } from './work/quarantine.ts';

/** What a replica has to say of itself, beside what its endpoints work with. */
export const openFigures = (
  store: Store,
  of: {
    readonly mesh: Mesh;
    readonly quarantine: Quarantine;
    readonly working: OpenWorkingMemory;
    readonly lagsMs: FigurePorts['lagsMs'];
  },
): FigurePorts => ({
  ...brokerFigures(store),
  instance: of.mesh.instance,
  since: new Date(store.broker.clock.wallMs()).toISOString(),
  flaws: of.quarantine.book,
  working: () => of.working.figures(),
  lagsMs: of.lagsMs,
});
