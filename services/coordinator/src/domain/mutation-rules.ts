/** What a triage may recommend to do to a model. */
export type Mutation = 'hold' | 'submit_tuning' | 'submit_retrain';

/** What the rules look at; undefined is unknown. */
export type MutationSignals = {
  readonly mode: string | undefined;
  /** Change of energy if drift and anomalies were calm; negative is a gain. */
  readonly deltaE: number | undefined;
  /** What thinking proposed. */
  readonly proposed: string | undefined;
};

/** The rule that decided, and its action. */
export type Judgement = { readonly rule: string; readonly action: Mutation };

type Rule = Judgement & { readonly when: (signals: MutationSignals) => boolean };

const WORTH_IT = -0.02;
const gains = ({ deltaE }: MutationSignals) => deltaE !== undefined && deltaE < WORTH_IT;

/** Highest first; the first that is true decides. An unknown mode is no normal one. */
const rules: readonly Rule[] = [
  { rule: 'mode-not-normal', action: 'hold', when: ({ mode }) => mode !== 'NORMAL' },
  { rule: 'no-measured-energy', action: 'hold', when: ({ deltaE }) => deltaE === undefined },
  { rule: 'retrain', action: 'submit_retrain', when: (s) => s.proposed === 'submit_retrain' && gains(s) },
  { rule: 'tune', action: 'submit_tuning', when: (s) => s.proposed === 'submit_tuning' && gains(s) },
];

/** Judges a proposal: nothing is recommended unless the system is calm and a gain was measured. */
export function judgeMutation(signals: MutationSignals): Judgement {
  const first = rules.find(({ when }) => when(signals));
  return first ? { rule: first.rule, action: first.action } : { rule: 'otherwise', action: 'hold' };
}
