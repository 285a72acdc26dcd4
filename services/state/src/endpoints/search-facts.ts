import type { state } from '@seedcore/contracts';
import { type Handler, ok } from '@seedcore/protocol';
import type { FoundFact } from '../domain/fact-shelf.ts';
import { rounded } from '../domain/rounded.ts';
import type { Ports } from '../ports.ts';

/** Searches this replica's shelf, and says how much of all facts that covers. */
export function searchFacts({ facts, clock }: Ports): Handler<typeof state.endpoints.search_facts> {
  return (asked) => {
    const found = facts.view.search(asked, clock.wallMs());
    const index = Number.isFinite(facts.fill().lagMs) ? facts.view.coverage : 0;
    return ok({ facts: found.map(shown), coverage: { index: rounded(index) } });
  };
}

const shown = ({ fact, rev, score, scoreText, stalenessS, conflictSet }: FoundFact, i: number) => ({
  fact,
  revision: rev,
  score: rounded(score),
  rank: i + 1,
  ...(scoreText === undefined ? {} : { score_text: rounded(scoreText) }),
  staleness_s: stalenessS,
  conflict_set: [...conflictSet],
});
