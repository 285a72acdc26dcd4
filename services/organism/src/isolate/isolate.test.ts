import { MeshError } from '@seedcore/protocol';
import { VirtualClock } from '@seedcore/protocol/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { SkillEnd } from '../domain/skill-end.ts';
import { defineSkill, type Skill } from '../skill/define-skill.ts';
import type { HostRequest } from '../skill/skill-host.ts';
import { Stopped } from '../skill/stopped.ts';
import { FakeHost, orderOf } from '../testing/fake-host.ts';
import type { CarrierEvents, StartCarrier } from './carrier.ts';
import { Isolate } from './isolate.ts';
import type { ToIsolate } from './messages.ts';

const skill: Skill = defineSkill({
  name: 'still',
  version: '1.0.0',
  doc: 'Never runs here: the carrier is a fake.',
  input: z.unknown(),
  output: z.unknown(),
  idempotent: true,
  isolation: 'thread',
  role: 'O',
  graceMs: 1000,
  run: () => undefined,
});

/** A carrier that does what the test says. */
class FakeCarrier {
  readonly sent: ToIsolate[] = [];
  ended = false;
  readonly events: CarrierEvents;

  constructor(events: CarrierEvents) {
    this.events = events;
  }

  post(message: ToIsolate): void {
    this.sent.push(message);
  }

  end(): void {
    this.ended = true;
  }
}

function world(idleMs?: number) {
  const clock = new VirtualClock();
  const carriers: FakeCarrier[] = [];
  const start: StartCarrier = (_memoryMb, events) => {
    const carrier = new FakeCarrier(events);
    carriers.push(carrier);
    return carrier;
  };
  const behind = { left: 0 };
  const leftBehind = () => {
    behind.left += 1;
  };
  const isolate = new Isolate({ clock, start, leftBehind, ...(idleMs === undefined ? {} : { idleMs }) });
  const stop = new AbortController();
  const starts: number[] = [];
  const run = (host = new FakeHost()) =>
    isolate.run(skill, orderOf('still', {}), { host, signal: stop.signal, started: () => starts.push(1) });
  const last = () => {
    const carrier = carriers.at(-1);
    if (carrier === undefined) throw new RangeError('nothing was started');
    return carrier;
  };
  return { clock, carriers, isolate, stop, run, last, starts, behind };
}

const done = (run: number, end: SkillEnd = { end: 'ok', output: 1 }) => ({ say: 'ended', run, end }) as const;

describe('an isolate', () => {
  test('is started with its first run and used again', async () => {
    const { isolate, carriers, run, last, starts } = world();
    const first = run();
    expect(starts).toHaveLength(0);
    last().events.heard({ say: 'ready' });
    expect(last().sent).toMatchObject([{ say: 'run', run: 0, order: { skill: 'still' } }]);
    last().events.heard(done(0));
    expect(await first).toEqual({ end: 'ok', output: 1 });
    expect(starts).toHaveLength(1);
    const second = run();
    last().events.heard(done(1, { end: 'ok', output: 2 }));
    expect(await second).toEqual({ end: 'ok', output: 2 });
    expect(carriers).toHaveLength(1);
    expect(isolate.alive).toBe(true);
  });

  test('tells a skill why it stops, waits for its grace, then ends it', async () => {
    const { clock, run, last, stop, isolate } = world();
    const ended = run();
    last().events.heard({ say: 'ready' });
    stop.abort(new Stopped('timeout'));
    expect(last().sent.at(-1)).toEqual({ say: 'abort', run: 0, kind: 'timeout' });
    await clock.advance(1000);
    expect(last().ended).toBe(true);
    last().events.gone({ code: 'isolate_lost', message: '' });
    expect(await ended).toEqual({ end: 'stopped', by: 'terminate' });
    expect(isolate.alive).toBe(false);
    expect(clock.pending).toBe(0);
  });

  test('that does not go is left behind; what it still says concerns nobody', async () => {
    const { clock, carriers, run, stop, isolate, behind } = world();
    const ended = run();
    carriers[0]?.events.heard({ say: 'ready' });
    stop.abort(new Stopped('cancel'));
    await clock.advance(3000);
    expect(await ended).toEqual({ end: 'stopped', by: 'fence' });
    expect([isolate.stuck, behind.left]).toEqual([1, 1]);
    const next = isolate.run(skill, orderOf('still', {}), {
      host: new FakeHost(),
      signal: new AbortController().signal,
      started: () => undefined,
    });
    carriers[0]?.events.heard(done(1));
    carriers[1]?.events.heard({ say: 'ready' });
    carriers[1]?.events.heard(done(1, { end: 'ok', output: 'second' }));
    expect(await next).toEqual({ end: 'ok', output: 'second' });
  });

  test.each(['out_of_memory', 'isolate_lost'] as const)('that goes by itself leaves a defect: %s', async (code) => {
    const { run, last } = world();
    const ended = run();
    last().events.heard({ say: 'ready' });
    last().events.gone({ code, message: 'why' });
    expect(await ended).toEqual({ end: 'defect', code, message: 'why', retryable: true });
  });

  test('carries questions and answers over', async () => {
    const asked: HostRequest[] = [];
    const host = new FakeHost((request) => {
      asked.push(request);
      if (asked.length > 1) throw new MeshError('unavailable', { target: 'ml.x' });
      return { ok: true };
    });
    const { run, last, clock } = world();
    const ended = run(host);
    last().events.heard({ say: 'ready' });
    const request: HostRequest = { op: 'call', service: 'ml', endpoint: 'detect_anomaly', input: {} };
    last().events.heard({ say: 'request', run: 0, id: 7, request });
    last().events.heard({ say: 'request', run: 0, id: 8, request });
    last().events.heard({ say: 'note', run: 0, note: { note: 'progress', text: 'half', pct: 0.5 } });
    await clock.advance(0);
    expect(last().sent.slice(1)).toMatchObject([
      { say: 'answer', id: 7, value: { ok: true } },
      { say: 'refusal', id: 8, error: { mesh: { code: 'unavailable' } } },
    ]);
    expect(host.notes).toHaveLength(1);
    last().events.heard(done(0));
    await ended;
  });

  test('is given up when it has nothing to do for long', async () => {
    const { clock, run, last, isolate } = world(60_000);
    const ended = run();
    last().events.heard({ say: 'ready' });
    last().events.heard(done(0));
    await ended;
    await clock.advance(60_000);
    expect(isolate.alive).toBe(false);
    expect(last().ended).toBe(true);
  });

  test('closed under a run leaves that run a defect', async () => {
    const { run, last, isolate } = world();
    const ended = run();
    last().events.heard({ say: 'ready' });
    isolate.close();
    expect(await ended).toMatchObject({ end: 'defect', code: 'isolate_lost' });
  });
});
