import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Breaker, REFUSED } from './breaker.ts';
import { defaultBreaker } from './breaker-policy.ts';
import type { BreakerState, BreakerStatus, Override, TripReason } from './breaker-status.ts';
import type { Outcome } from './outcome.ts';

/** The table of the mesh page written down plainly: a list of what was settled, a map of permits, r = ½. */
class PlainBreaker {
  state: BreakerState = 'closed';
  override: Override | undefined;
  suspect = false;
  reason: TripReason | undefined;
  until = 0;
  trips = 0;
  run = 0;
  passed = 0;
  closedAt = Number.NEGATIVE_INFINITY;
  settled: { at: number; outcome: Outcome }[] = [];
  permits = new Map<number, { asked: number; ends: number }>();
  answeredAt = Number.NEGATIVE_INFINITY;

  ask(permit: number, now: number, budgetMs: number): boolean {
    if (this.override === 'isolate' || (this.state === 'open' && now < this.until)) return false;
    if (this.state === 'open') this.become('half_open');
    if (this.state === 'half_open' && this.live(now) + this.passed >= 3) return false;
    this.permits.set(permit, { asked: now, ends: this.state === 'closed' ? Number.POSITIVE_INFINITY : now + budgetMs });
    return true;
  }

  settle(permit: number, outcome: Outcome, now: number): void {
    const given = this.permits.get(permit);
    this.permits.delete(permit);
    if (given === undefined || outcome === 'void' || given.ends <= now) return;
    if (this.state === 'half_open') {
      if (outcome !== 'answer') this.open('probe', now);
      else this.passed += 1;
      if (this.passed === 3) this.close(now);
      return;
    }
    this.settled.push({ at: now, outcome });
    // In a row are those that nobody was answered beside.
    const inRow = outcome === 'soft' || (outcome === 'hard' && given.asked < this.answeredAt) ? 0 : 1;
    this.run = outcome === 'hard' || outcome === 'soft' ? this.run + inRow : 0;
    if (outcome === 'answer' || outcome === 'slow') this.answeredAt = now;
    if (this.override !== 'hold') this.judge(now);
  }

  judge(now: number): void {
    const n = this.count(now);
    const enough = n >= (this.suspect ? 4 : 10);
    if (this.run >= (this.suspect ? 2 : 5)) this.open('run', now);
    else if (enough && this.count(now, 'hard', 'soft') / n >= 0.5) this.open('rate', now);
    else if (enough && this.count(now, 'slow') / n >= 0.8) this.open('slow', now);
  }

  command(word: Override | undefined, now: number): void {
    if (word === this.override) return;
    this.override = word;
    if (word === 'isolate') this.become('open', 'isolate');
    else if (word === undefined || this.state !== 'closed') this.close(now);
  }

  count(now: number, ...outcomes: Outcome[]): number {
    const counted = this.settled.filter(({ at }) => Math.floor(at / 1_000) > Math.floor(now / 1_000) - 10);
    return counted.filter(({ outcome }) => outcomes.length === 0 || outcomes.includes(outcome)).length;
  }

  live(now: number): number {
    return [...this.permits.values()].filter(({ ends }) => ends > now).length;
  }

  open(reason: TripReason, now: number): void {
    if (this.state === 'closed' && now - this.closedAt >= 60_000) this.trips = 0;
    this.until = now + Math.min(60_000, 5_000 * 2 ** this.trips);
    this.trips += 1;
    this.become('open', reason);
  }

  close(now: number): void {
    this.closedAt = now;
    this.settled = [];
    this.become('closed');
  }

  become(state: BreakerState, reason?: TripReason): void {
    this.state = state;
    if (state !== 'half_open') this.reason = reason;
    this.run = 0;
    this.passed = 0;
    this.permits.clear();
  }

  status(now: number): BreakerStatus {
    const { state, reason, override, suspect, run, passed } = this;
    return {
      state,
      reason,
      until: state === 'open' && override === undefined ? this.until : undefined,
      k: Math.max(0, this.trips - 1),
      override,
      suspect,
      run,
      leases: state === 'half_open' ? this.live(now) : 0,
      passed,
      settled: this.count(now),
      failed: this.count(now, 'hard', 'soft'),
      slow: this.count(now, 'slow'),
    };
  }
}

const step = fc.record({
  kind: fc.constantFrom('ask', 'ask', 'ask', 'settle', 'settle', 'settle', 'settle', 'override', 'suspect', 'back'),
  wait: fc.oneof({ weight: 6, arbitrary: fc.nat(50) }, { weight: 1, arbitrary: fc.nat(70_000) }),
  pick: fc.nat(12),
  outcome: fc.constantFrom<Outcome>('answer', 'slow', 'hard', 'hard', 'soft', 'void'),
  word: fc.constantFrom<Override | undefined>('isolate', 'hold', undefined, undefined),
});

test('mesh.S2, mesh.S3, mesh.S11, mesh.S12, mesh.S13, mesh.S14, mesh.S15: it is the table of the page, in every history', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (script) => {
      const breaker = new Breaker({ next: () => 0.5 }, defaultBreaker);
      const plain = new PlainBreaker();
      const held: number[] = [12_345];
      let now = 0;
      for (const { kind, wait, pick, outcome, word } of script) {
        if (kind !== 'back') now += wait;
        const at = kind === 'back' ? now - wait : now;
        if (kind === 'ask' || kind === 'back') {
          const permit = breaker.ask(at, 1_000);
          expect(permit !== REFUSED).toBe(plain.ask(permit, now, 1_000));
          if (permit !== REFUSED) held.push(permit);
        } else if (kind === 'settle') {
          const permit = held.at(-1 - pick) ?? REFUSED;
          breaker.settle(permit, outcome, now);
          plain.settle(permit, outcome, now);
        } else if (kind === 'override') {
          breaker.override(word, now);
          plain.command(word, now);
        } else {
          plain.suspect = !plain.suspect;
          breaker.suspect(plain.suspect);
        }
        expect(breaker.status(now)).toEqual(plain.status(now));
        expect(breaker.ready(now)).toBe(breaker.retryAfterMs(now) === 0);
      }
    }),
    { numRuns: 300 },
  );
});
