import type { cognitive, RankedOption } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import { betaMean } from '../domain/beta-distribution.ts';
import { decide, type Ranked } from '../domain/decide.ts';
import { decisionEvidence, decisionReasons, decisionUnknown } from '../domain/decision-story.ts';
import { rounded } from '../domain/figure.ts';
import { optionBases } from '../domain/option-base.ts';
import type { Ports } from '../ports.ts';
import { noRetrieval, Thought } from './thought.ts';

const MOST_ALTERNATIVES = 3;

/** Chooses by criteria and measured success. */
export function makeDecision(ports: Ports): Handler<typeof cognitive.endpoints.make_decision> {
  return (input) => {
    const thought = new Thought(ports, 'make_decision', input);
    const { decision_context: context, historical_data: history, hold_allowed: holdAllowed } = input;
    const choice = decide(context, { history, holdAllowed, nowMs: ports.clock.wallMs() });
    thought.lap('rules');
    if (choice === undefined) {
      thought.done('no_admissible_option');
      const vetoedBy = optionBases(context.options, context.criteria).map((base) => base.vetoedBy);
      return fail('no_admissible_option', {
        vetoes: context.options.map(({ id }, i) => ({ option_id: id, vetoed_by: [...(vetoedBy[i] ?? [])] })),
      });
    }
    const decision = choice.chosen?.option.id ?? 'hold';
    thought.done(decision);
    return ok(
      {
        decision,
        ranking: choice.ranking.map(shown),
        margin: rounded(choice.margin),
        reasons: decisionReasons(choice, context),
        alternatives: choice.admissible
          .map(({ option }) => option.id)
          .filter((id) => id !== decision)
          .slice(0, MOST_ALTERNATIVES),
        requires_confirmation: choice.requiresConfirmation,
        confidence: rounded(choice.confidence),
        confidence_basis: choice.admissible.some((ranked) => ranked.history.n > 0)
          ? ('posterior' as const)
          : ('rule' as const),
        evidence: decisionEvidence(choice),
        meta: thought.meta(decisionUnknown(choice, history), noRetrieval),
      },
      thought.mark,
    );
  };
}

const shown = ({ option, score, base, history }: Ranked): RankedOption => ({
  option_id: option.id,
  score: rounded(score),
  base: rounded(base.base),
  posterior: {
    alpha: rounded(history.posterior.alpha),
    beta: rounded(history.posterior.beta),
    mean: rounded(betaMean(history.posterior)),
  },
  missing: [...base.missing],
  vetoed_by: [...base.vetoedBy],
});
