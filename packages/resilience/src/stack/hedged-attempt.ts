import { MeshError, type Timer } from '@seedcore/protocol';
import { HedgeRace, type Runner } from '../hedge.ts';
import { LayeredAttempt, type Owner } from './layered-attempt.ts';

/** A first attempt, and the second one it gets elsewhere when it stays silent for too long. */
export class HedgedAttempt<T> {
  readonly #owner: Owner<T>;
  readonly #first: LayeredAttempt<T>;
  readonly #race: HedgeRace;
  readonly #timer: Timer;
  #second: LayeredAttempt<T> | undefined;

  constructor(owner: Owner<T>, first: LayeredAttempt<T>, silenceMs: number) {
    this.#owner = owner;
    this.#first = first;
    this.#race = new HedgeRace(first.instance ?? '');
    this.#timer = owner.layers.clock.after(silenceMs, () => this.#silence());
  }

  /** One answered: the other one is cancelled, and void. */
  won(attempt: LayeredAttempt<T>): void {
    this.#timer.cancel();
    const { layers, call } = this.#owner;
    if (this.#second !== undefined)
      layers.tell({ layer: 'hedge', decision: attempt === this.#second ? 'won' : 'lost' }, call);
    this.#race.answer(this.#runner(attempt));
    const loser = this.#race.loser();
    if (loser === 'first') this.#first.leave(superseded(layers.target));
    else if (loser === 'second') this.#second?.leave(superseded(layers.target));
  }

  /** One failed: whether the other one still runs. */
  goesOn(attempt: LayeredAttempt<T>): boolean {
    if (this.#second === undefined) this.#timer.cancel();
    return !this.#race.failed(this.#runner(attempt));
  }

  /** The caller left. */
  end(reason: Error): void {
    this.#timer.cancel();
    this.#second?.leave(reason);
  }

  #silence(): void {
    const { layers, call } = this.#owner;
    const now = layers.clock.now();
    const other = layers.pool.choose(now, { except: this.#first.member });
    if (other === undefined || !this.#race.silence(other.id, layers.hedges, now)) return;
    layers.tell({ layer: 'hedge', decision: 'sent', instance: other.id }, call);
    this.#second = new LayeredAttempt(this.#owner, this.#first.n, { at: other });
    this.#second.ask(now);
  }

  #runner(attempt: LayeredAttempt<T>): Runner {
    return attempt === this.#first ? 'first' : 'second';
  }
}

/** Nobody waits for the slower one. */
const superseded = (target: string): MeshError =>
  new MeshError('cancelled', { target, sent: true, details: { reason: 'superseded' } });
