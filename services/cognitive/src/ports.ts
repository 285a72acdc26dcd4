import type { KnownFact } from '@seedcore/contracts';
import type { Call, Clock, Random } from '@seedcore/protocol';

/** Past incidents, from whoever remembers them. */
export interface Incidents {
  /** The newest `k`, and the `k` whose words are most like `query`; undefined when nobody answers in time. */
  find(query: string, k: number, call: Call): Promise<readonly KnownFact[] | undefined>;
}

/** A question that was answered, or refused. */
export type ThoughtDone = {
  readonly thought_id: string;
  readonly endpoint: string;
  readonly agent_id: string;
  readonly method: 'rules';
  readonly ms: number;
  readonly outcome: string;
};

/** What thinking needs of the world. */
export type Ports = {
  readonly clock: Clock;
  readonly random: Random;
  readonly incidents: Incidents;
  /** Tells whoever listens; nobody waits for it. */
  readonly announce: (done: ThoughtDone) => void;
};
