import type { Clock } from '@seedcore/protocol';
import type { Roster, RosterAgent } from '../domain/roster.ts';

/** How long a host may take to begin an agent it was given, in ms. */
const START_MS = 15_000;

type Given = { readonly epoch: number; readonly since: number };

/** Agents that were given to a host which has not taken them; measured on the clock here, because clocks differ. */
export class Overdue {
  readonly #clock: Clock;
  readonly #roster: Roster;
  #given: ReadonlyMap<string, Given> = new Map();

  constructor({ clock, roster }: { readonly clock: Clock; readonly roster: Roster }) {
    this.#clock = clock;
    this.#roster = roster;
  }

  /** Looks which agents are waiting for their host; the answer tells of each whether it has waited too long. */
  look(): (agent: RosterAgent) => boolean {
    const now = this.#clock.now();
    const before = this.#given;
    const starting = this.#roster.agents().filter(({ holding }) => holding.presence === 'starting');
    this.#given = new Map(
      starting.map(({ holding, epoch }) => {
        const known = before.get(holding.agent_id);
        return [holding.agent_id, known?.epoch === epoch ? known : { epoch, since: now }];
      }),
    );
    return ({ holding, epoch }) => {
      const given = this.#given.get(holding.agent_id);
      return given?.epoch === epoch && now - given.since >= START_MS;
    };
  }
}
