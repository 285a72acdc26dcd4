import type { NewFact, state } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import { MOST_FACTS } from '../domain/fact-shelf.ts';
import { factId, type RevisedFact, reviseFact, textTooLarge } from '../domain/revise-fact.ts';
import type { Ports } from '../ports.ts';

/** Stores a fact by compare-and-set, and announces it and what it contradicts. */
export function storeFact(ports: Ports): Handler<typeof state.endpoints.store_fact> {
  return async (told) => {
    const tooLarge = textTooLarge(told.text) ?? shelfFull(ports, told);
    if (tooLarge !== undefined) return fail('too_large', tooLarge);
    const id = told.fact_id ?? factId(told);
    const at = { id, time: new Date(ports.clock.wallMs()).toISOString() };
    const { expected_revision: expected } = told;
    let current = 0;
    let last: RevisedFact | undefined;
    const writing = await ports.facts.revise(id, (now, rev) => {
      current = now === undefined ? 0 : rev;
      last = expected === undefined || expected === current ? reviseFact(now, told, at) : undefined;
      return last?.isNew ? last.fact : 'skip';
    });
    if (writing.kind === 'contended') return fail('contended', { tries: writing.tries });
    if (writing.kind === 'corrupt') return fail('corrupt_record', { key: id, why: writing.why });
    if (last === undefined) return fail('conflict', { current_revision: current });
    const { fact, deduplicated } = last;
    const stored = { fact_id: id, revision: writing.rev, deduplicated };
    const conflict_set = ports.facts.view.conflictsOf(fact, ports.clock.wallMs());
    if (writing.kind === 'written') ports.announcements.factStored(stored);
    if (writing.kind === 'written' && conflict_set.length > 0)
      ports.announcements.factConflict({ fact_id: id, conflict_set });
    return ok({ ...stored, conflict_set });
  };
}

/** No new facts above the limit; those already kept may be seen again. */
function shelfFull({ facts }: Ports, told: NewFact): { limit: number; got: number } | undefined {
  const { view } = facts;
  const isKnown = view.get(told.fact_id ?? factId(told)) !== undefined;
  return isKnown || view.size < MOST_FACTS ? undefined : { limit: MOST_FACTS, got: view.size + 1 };
}
