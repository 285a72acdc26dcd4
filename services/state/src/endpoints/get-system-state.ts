import type { state } from '@seedcore/contracts';
import { type Handler, ok } from '@seedcore/protocol';
import { currentMode } from '../domain/snapshot-parts.ts';
import type { Ports } from '../ports.ts';
import { shownLags } from './get-state-stats.ts';

/** Most leases that are shown. */
const MOST_SHOWN = 200;

/** Who is there, in which mode, who holds which lease, and what is stored. */
export function getSystemState({ figures, census, clock }: Ports): Handler<typeof state.endpoints.get_system_state> {
  return async () => {
    const [kept, leases] = await Promise.all([figures.kept(), figures.leases()]);
    const { services, ageMs, mode } = census();
    return ok({
      at: new Date(clock.wallMs()).toISOString(),
      ...{ services: [...services], services_age_ms: ageMs ?? null },
      ...{ mode: currentMode(mode)?.value ?? null, mode_age_ms: mode?.ageMs ?? null },
      leases: leases.slice(0, MOST_SHOWN).map(({ name, holder, ttlMs, renewedMs }) => ({
        ...{ name, holder: holder ?? null, ttl_ms: ttlMs ?? null, renewed_ms: renewedMs },
      })),
      leases_more: Math.max(0, leases.length - MOST_SHOWN),
      ...{ buckets: [...kept.buckets], streams: [...kept.streams] },
      watch_lag_ms: shownLags(figures.lagsMs()),
    });
  };
}
