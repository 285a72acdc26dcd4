import { describe, expect, test } from 'vitest';
import { taskSpec } from '../task-spec.ts';
import { accept } from './accept.ts';
import { type DeliveryFacts, decide, RENEW_AFTER } from './decide.ts';
import { timeOf } from './task-record.ts';
import { claim, handOver, stop, wishCancel } from './transitions.ts';

const now = Date.UTC(2026, 10, 22);
const spec = taskSpec.parse({ type: 'demo' });
const queued = accept(spec, { id: 'a', queue: 'general', now });
const running = claim(queued, { owner: 'w', seq: 7, now });
const mine: DeliveryFacts = { carrier: queued.carrier, seq: 7, deliveries: 1 };
const published: DeliveryFacts = { carrier: undefined, seq: 9, deliveries: 1 };

describe('a delivery', () => {
  test('of a plain publish without a record makes one', () => {
    expect(decide(undefined, published, now)).toEqual({ do: 'create' });
  });
  test('of a carrier whose record is long gone is dropped', () => {
    expect(decide(undefined, mine, now)).toEqual({ do: 'drop' });
  });
  test('of an ended task repeats the tail', () => {
    const ended = stop(queued, { as: 'cancelled', by: 'nobody', now });
    expect(decide(ended, mine, now)).toEqual({ do: 'tail' });
    expect(decide(ended, published, now)).toEqual({ do: 'tail' });
  });
  test('of its carrier is claimed', () => {
    expect(decide(queued, mine, now)).toEqual({ do: 'claim' });
  });
  test('of its carrier before it is due waits for the time left', () => {
    const retrying = { ...queued, state: 'retrying' as const, not_before: timeOf(now + 1500) };
    expect(decide(retrying, mine, now)).toEqual({ do: 'wait', ms: 1500 });
    expect(decide(retrying, mine, now + 1500)).toEqual({ do: 'claim' });
  });
  test('of the very message that runs means its lease has lapsed', () => {
    expect(decide(running, { ...mine, deliveries: 2 }, now)).toEqual({ do: 'take_over' });
  });
  test('of a second copy of the running carrier is dropped', () => {
    expect(decide(running, { ...mine, seq: 8 }, now)).toEqual({ do: 'drop' });
  });
  test('of another message while it runs is dropped', () => {
    expect(decide(running, published, now)).toEqual({ do: 'drop' });
  });
  test('of another message while it waits sees to the right one', () => {
    const moved = handOver(queued, { queue: 'other', now });
    expect(decide(moved, mine, now)).toEqual({ do: 'assert' });
  });
  test('after the deadline ends the task, queued or with a lapsed lease', () => {
    const late = { deadline_at: timeOf(now - 1) };
    expect(decide({ ...queued, ...late }, mine, now)).toEqual({ do: 'end', as: 'expired' });
    expect(decide({ ...running, ...late }, mine, now)).toEqual({ do: 'end', as: 'expired' });
  });
  test('of a task whose cancellation its owner did not live to see ends it', () => {
    expect(decide(wishCancel(running, 'enough', now), mine, now)).toEqual({ do: 'end', as: 'cancelled' });
  });
  test('made too often lets another message take over', () => {
    expect(decide(queued, { ...mine, deliveries: RENEW_AFTER + 1 }, now)).toEqual({ do: 'renew' });
  });
});
