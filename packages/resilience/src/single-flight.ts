/** One caller of a shared request; told about its end once. */
export interface Member<T> {
  /** On the clock handed in; its owner calls {@link SingleFlight.leave} when it passes. */
  readonly deadlineAt: number;
  /** The leader ran out of time: this member is to make the request anew, for all who are left. */
  lead(flight: Flight<T>): void;
  answer(value: T): void;
  fail(error: unknown): void;
}

/** One request on behalf of all who asked the same; whoever leads reports its end to {@link SingleFlight}. */
export type Flight<T> = {
  readonly key: string;
  /** Makes the request; it may have left already. */
  readonly leader: Member<T>;
  /** 1, or 2 once it was led again. */
  readonly leadings: number;
};

/** Why a request failed: of its leader's deadline, or of anything else. */
export type FlightFailure = { readonly error: unknown; readonly ofDeadline: boolean };

const MAX_MEMBERS = 1_000;
const MAX_FLIGHTS = 1_000;
const MAX_LEADINGS = 2;

type OpenFlight<T> = {
  readonly key: string;
  readonly members: Set<Member<T>>;
  leader: Member<T>;
  leadings: number;
};

/**
 * Makes equal requests once: the first asker leads, the others follow, each with its own deadline and abort (S29).
 * A request that dies of its leader's deadline is made once more by one of those with time left.
 */
export class SingleFlight<T> {
  readonly #flights = new Map<string, OpenFlight<T>>();

  /** Joins the flight of `key`, or leads a new one (`leader` is the member then); undefined when full: go alone. */
  join(key: string, member: Member<T>): Flight<T> | undefined {
    const flight = this.#flights.get(key);
    if (flight === undefined) return this.#begin(key, member);
    if (flight.members.size >= MAX_MEMBERS) return undefined;
    flight.members.add(member);
    return flight;
  }

  /** A member gives up; true when it was the last one, and the request is to be cancelled. */
  leave(flight: Flight<T>, member: Member<T>): boolean {
    const open = this.#current(flight);
    if (!open?.members.delete(member) || open.members.size > 0) return false;
    return this.#flights.delete(open.key);
  }

  /** The request was answered: so is everybody who is left. */
  answered(flight: Flight<T>, value: T): void {
    for (const member of this.#end(flight)) member.answer(value);
  }

  /** The request failed: so does everybody, unless only its leader ran out of time and somebody else has some. */
  failed(flight: Flight<T>, { error, ofDeadline }: FlightFailure, now: number): void {
    const open = this.#current(flight);
    const late = [...(open?.members ?? [])].filter(({ deadlineAt }) => deadlineAt <= now);
    const mayLeadAgain = open !== undefined && ofDeadline && open.leadings < MAX_LEADINGS;
    if (!mayLeadAgain || late.length === open.members.size) {
      for (const member of this.#end(flight)) member.fail(error);
      return;
    }
    for (const member of late) open.members.delete(member);
    this.#leadAgain(open);
    for (const member of late) member.fail(error);
  }

  /** Requests under way. */
  get size(): number {
    return this.#flights.size;
  }

  #begin(key: string, leader: Member<T>): Flight<T> | undefined {
    if (this.#flights.size >= MAX_FLIGHTS) return undefined;
    const flight = { key, leader, leadings: 1, members: new Set([leader]) };
    this.#flights.set(key, flight);
    return flight;
  }

  #leadAgain(flight: OpenFlight<T>): void {
    const [next = flight.leader] = flight.members;
    flight.leader = next;
    flight.leadings += 1;
    next.lead(flight);
  }

  #end(flight: Flight<T>): Iterable<Member<T>> {
    const open = this.#current(flight);
    if (open === undefined) return [];
    this.#flights.delete(open.key);
    return open.members;
  }

  /** The flight if it is still under way; one that ended may not touch its successor. */
  #current(flight: Flight<T>): OpenFlight<T> | undefined {
    const open = this.#flights.get(flight.key);
    return open === flight ? open : undefined;
  }
}
