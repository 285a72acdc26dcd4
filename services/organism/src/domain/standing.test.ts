import { describe, expect, test } from 'vitest';
import { afterRun, newStanding } from './standing.ts';
import { StandingLedger } from './standing-ledger.ts';

describe('the standing of an agent after a run', () => {
  test.each([
    ['success with quality 0.8', { end: 'ok', quality: 0.8 }, 0.542],
    ['failure', { end: 'error', quality: null }, 0.45],
    ['success of unknown quality', { end: 'ok', quality: null }, 0.55],
    ['its own time-out', { end: 'timeout', quality: null }, 0.45],
  ] as const)('%s', (_, run, value) => {
    const { c } = afterRun(newStanding, run);
    expect(c.value).toBeCloseTo(value, 12);
    expect(c.n).toBe(1);
  });

  test.each(['cancelled', 'handed_back', 'lost'] as const)('%s says nothing about the agent', (end) => {
    expect(afterRun(newStanding, { end, quality: null })).toBe(newStanding);
  });

  test('totals add up, and the last twenty marks are kept', () => {
    let standing = newStanding;
    for (let i = 0; i < 25; i++) standing = afterRun(standing, { end: 'ok', quality: i / 100 });
    standing = afterRun(standing, { end: 'error', quality: null });
    expect(standing.counters).toMatchObject({ tasks: 26, ok: 25, failed: 1 });
    expect(standing.quality).toHaveLength(20);
  });
});

describe('the ledger of an agent', () => {
  const ok = { end: 'ok', quality: null } as const;

  test('saves nothing while the past is unknown', () => {
    const ledger = new StandingLedger();
    ledger.finished(ok);
    expect(ledger.unsaved).toBeUndefined();
    expect(ledger.standing.counters.tasks).toBe(1);
  });

  test('adds what happened meanwhile to a past that comes late', () => {
    const ledger = new StandingLedger();
    ledger.finished(ok);
    ledger.loaded({ ...newStanding, counters: { ...newStanding.counters, tasks: 41, ok: 40 } });
    expect(ledger.unsaved?.counters).toMatchObject({ tasks: 42, ok: 41 });
  });

  test('an agent state does not know is saved once, as it is', () => {
    const ledger = new StandingLedger();
    ledger.loaded(undefined);
    const first = ledger.unsaved;
    expect(first).toEqual(newStanding);
    if (first !== undefined) ledger.saved(first);
    expect(ledger.unsaved).toBeUndefined();
  });

  test('what happens while it is saved is saved next', () => {
    const ledger = new StandingLedger();
    ledger.loaded(newStanding);
    ledger.finished(ok);
    const saving = ledger.standing;
    ledger.finished(ok);
    ledger.saved(saving);
    expect(ledger.unsaved?.counters.tasks).toBe(2);
  });
});
