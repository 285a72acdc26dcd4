import type { Decision, DecisionContext, Evidence, HistoricalData } from '@seedcore/contracts';
import { betaMean } from './beta-distribution.ts';
import type { Choice, HoldReason, Ranked } from './decide.ts';
import { cut, figure, rounded } from './figure.ts';

type Reason = Decision['reasons'][number];

/** Most reasons of one decision. */
const MOST_REASONS = 8;
/** Most gaps in the data that are named. */
const MOST_UNKNOWN = 20;

const HISTORY = 'input:/historical_data';
const optionRef = (ranked: Ranked): string => `input:/decision_context/options/${ranked.index}`;

const holdTexts: Record<HoldReason, string> = {
  nothing_known: 'Nothing is known about any option: no score, no history, no risk, no cost.',
  all_vetoed: 'Every option breaks a required bound.',
  low_score: 'The best option scores below 0.45.',
  thin_margin: 'The best option cannot be undone and leads by less than 0.02.',
};

/** Why it came out so, in 1 to 8 sentences that name their place in the input. */
export function decisionReasons(choice: Choice, context: DecisionContext): Reason[] {
  const [first, second] = choice.admissible;
  const shown = [first, second].filter((ranked) => ranked !== undefined);
  const reasons = [
    ...(choice.hold === undefined ? [] : [{ text: holdTexts[choice.hold], refs: ['rule:hold'] }]),
    ...tieReason(choice),
    ...historyReason(shown),
    ...criteriaReason(shown, context),
    ...choice.ranking.flatMap(vetoReason),
    ...shown.flatMap(missingReason),
    ...shown.flatMap(riskReason),
  ];
  return reasons.length > 0 ? reasons.slice(0, MOST_REASONS) : [onlyReason(choice)];
}

/** The pieces of input behind the two best options. */
export function decisionEvidence(choice: Choice): Evidence[] {
  return choice.admissible
    .slice(0, 2)
    .flatMap((ranked) => [
      ...(ranked.history.n > 0
        ? [{ ref: HISTORY, weight: rounded(ranked.gamma), quote: cut(`${ranked.option.id} ${runsOf(ranked)}`, 140) }]
        : []),
      { ref: optionRef(ranked), weight: rounded(1 - ranked.gamma), quote: cut(describe(ranked), 140) },
    ]);
}

/** What the data did not say. */
export function decisionUnknown(choice: Choice, history: HistoricalData | undefined): string[] {
  const offered = new Set(choice.ranking.map(({ option }) => option.id));
  const told = new Set([
    ...Object.keys(history?.counts ?? {}),
    ...(history?.outcomes ?? []).map((outcome) => outcome.option_id),
  ]);
  return [
    ...choice.ranking.flatMap(({ option, base }) => base.missing.map((criterion) => `${criterion} of ${option.id}`)),
    ...choice.ranking.filter(({ history: own }) => own.n === 0).map(({ option }) => `history of ${option.id}`),
    ...[...told].filter((id) => !offered.has(id)).map((id) => `history names ${id}, which is not an option`),
  ].slice(0, MOST_UNKNOWN);
}

const runsOf = ({ history }: Ranked): string => `worked in ${figure(history.worked)} of ${figure(history.runs)} runs`;

const describe = ({ option }: Ranked): string => option.text ?? `${option.id} ${JSON.stringify(option.scores ?? {})}`;

function historyReason(shown: readonly Ranked[]): Reason[] {
  const known = shown.filter(({ history }) => history.n > 0);
  if (known.length === 0) return [];
  return [{ text: `${known.map((ranked) => `${ranked.option.id} ${runsOf(ranked)}`).join(', ')}.`, refs: [HISTORY] }];
}

function criteriaReason(shown: readonly Ranked[], context: DecisionContext): Reason[] {
  if (context.criteria.length === 0 || shown.length === 0) return [];
  const figures = shown.map(({ option, base }) => `${option.id} ${figure(base.base)}`).join(', ');
  const names = context.criteria.map((criterion) => criterion.id).join(', ');
  return [
    {
      text: `By the criteria alone (${names}): ${figures}.`,
      refs: ['input:/decision_context/criteria', ...shown.map(optionRef)],
    },
  ];
}

function vetoReason(ranked: Ranked): Reason[] {
  if (ranked.base.vetoedBy.length === 0) return [];
  const bounds = ranked.base.vetoedBy.join(', ');
  return [{ text: `${ranked.option.id} breaks the required bound of ${bounds}.`, refs: [optionRef(ranked)] }];
}

function missingReason(ranked: Ranked): Reason[] {
  if (ranked.base.missing.length === 0) return [];
  const names = ranked.base.missing.join(', ');
  return [
    { text: `Nothing is known about ${names} of ${ranked.option.id}; it counts as 0.5.`, refs: [optionRef(ranked)] },
  ];
}

function riskReason(ranked: Ranked): Reason[] {
  const { risk, reversible, id } = ranked.option;
  if (risk === undefined || risk === 0) return [];
  const undo = reversible ? '' : ', doubled because it cannot be undone';
  return [{ text: `The risk of ${id} (${figure(risk)}) lowers its score${undo}.`, refs: [optionRef(ranked)] }];
}

function tieReason({ admissible: [first, second] }: Choice): Reason[] {
  if (first === undefined || second === undefined || first.score !== second.score) return [];
  const by = (first.option.cost ?? 0) < (second.option.cost ?? Number.MAX_VALUE) && first.option.cost !== undefined;
  const how = by ? 'its lower cost' : 'the order they were offered in';
  return [
    {
      text: `${first.option.id} and ${second.option.id} score alike; ${how} decides.`,
      refs: [optionRef(first), optionRef(second)],
    },
  ];
}

function onlyReason(choice: Choice): Reason {
  const best = choice.admissible[0];
  const rate = best === undefined ? '' : ` Expected success ${figure(betaMean(best.history.posterior))}.`;
  return { text: `Chosen without criteria or history, by the order of the options.${rate}`, refs: ['rule:order'] };
}
