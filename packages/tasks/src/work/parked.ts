/**
 * Ends the run of a handler whose task waits for something. It is no failure: the handler runs again from its beginning
 * when that has happened, past its steps by their memos, and gets what it waited for.
 */
export class Parked extends Error {
  override readonly name = 'Parked';
  /** When it is looked at again in any case, wall-clock ms. */
  readonly until: number;

  constructor(id: string, until: number) {
    super(`task ${id} waits`);
    this.until = until;
  }
}
