import type { state } from '@seedcore/contracts';
import { type Handler, ok } from '@seedcore/protocol';
import { rounded } from '../domain/rounded.ts';
import type { WorkingFigures } from '../figure-ports.ts';
import type { Ports } from '../ports.ts';

/** Most flawed records that are named. */
const MOST_NAMED = 50;

/** Figures of this replica. */
export function getStateStats(ports: Ports): Handler<typeof state.endpoints.get_state_stats> {
  const { figures, clock, beats } = ports;
  return async () => {
    const [kept, quarantined] = await Promise.all([figures.kept(), figures.quarantined()]);
    const working = figures.working();
    return ok({
      at: new Date(clock.wallMs()).toISOString(),
      ...{ instance: figures.instance, since: figures.since },
      records: recordsOf(ports, working),
      ...{ buckets: [...kept.buckets], streams: [...kept.streams] },
      ...{ ...figures.flaws.counts, quarantined },
      flawed: figures.flaws
        .list()
        .slice(0, MOST_NAMED)
        .map(({ bucket, key, rev: revision, kind }) => ({ bucket, key, revision, kind })),
      cache: cacheOf(working),
      index: indexOf(ports),
      watch_lag_ms: shownLags(figures.lagsMs()),
      rejected_beats: beats.rejected,
      singletons: working.singletons.map(({ name, singleton_id, created_at, created_by, epoch }) => ({
        ...{ name, singleton_id, created_at, created_by, epoch },
      })),
    });
  };
}

function recordsOf({ agents, facts, memory: { memories, episodes } }: Ports, { keys }: WorkingFigures) {
  const { view } = memories;
  return {
    ...{ agents: agents.view.size, facts: facts.view.size },
    ...{ long_term: view.total('long_term'), flashbulb: view.total('flashbulb'), episode: episodes.view.size },
    ...keys,
  };
}

function cacheOf({ remembered, reads: { L1: l1, L2: l2, negative, missed, dropped } }: WorkingFigures) {
  const asked = l1 + l2 + negative + missed;
  return {
    ...remembered,
    ...{ l1, l2, negative, missed, dropped },
    hit_ratio: asked === 0 ? null : rounded(l1 / asked),
  };
}

const indexOf = ({ facts: { view: facts }, memory: { index } }: Ports) => ({
  facts: { documents: facts.searchable, coverage: facts.coverage },
  memory: { documents: index.searchable, coverage: index.coverage },
});

/** Ages as they go on the wire: unknown before the first full set. */
export const shownLags = (lags: Readonly<Record<string, number>>): Record<string, number | null> =>
  Object.fromEntries(Object.entries(lags).map(([name, ms]) => [name, Number.isFinite(ms) ? ms : null]));
