import { MeshError } from '@seedcore/protocol';
import { describe, expect, test } from 'vitest';
import { FakeHost, orderOf } from '../testing/fake-host.ts';
import { play, portsOf, skillOf } from '../testing/play-skill.ts';
import { runInline } from './run-inline.ts';
import type { SkillContext } from './skill-context.ts';
import { Stopped } from './stopped.ts';

describe('a run of a skill', () => {
  test('gives its output', async () => {
    expect(await play(({ n }) => ({ twice: 2 * n }))).toEqual({ end: 'ok', output: { twice: 4 } });
  });

  test('names every problem of its input, and does not run', async () => {
    const end = await play(() => expect.unreachable(), { m: 2 });
    expect(end).toMatchObject({ end: 'failed', code: 'bad_input' });
  });

  test('an output that does not fit is a defect', async () => {
    expect(await play(() => ({ twice: 'four' }))).toMatchObject({ end: 'defect', code: 'bad_output', retryable: true });
  });

  test('a declared failure is an answer', async () => {
    const end = await play((_, context) => context.fail('too_big', { max: 9 }));
    expect(end).toEqual({ end: 'failed', code: 'too_big', message: 'too_big', data: { max: 9 } });
  });

  test('a failure nobody declared is a defect', async () => {
    const end = await play((_, context) => (context as SkillContext).fail('surprise', {}));
    expect(end).toMatchObject({ end: 'defect', code: 'undeclared_failure' });
  });

  test('a throw is a defect', async () => {
    const end = await play(() => {
      throw new TypeError('oops');
    });
    expect(end).toEqual({ end: 'defect', code: 'threw', message: 'TypeError: oops', retryable: true });
  });

  test.each([
    ['unavailable', true],
    ['circuit_open', true],
    ['bad_request', false],
  ] as const)('a call that failed with %s: another run helps: %s', async (code, retryable) => {
    const end = await play(() => {
      throw new MeshError(code, { target: 'ml.x', retryAfterMs: 700 });
    });
    expect(end).toMatchObject({ end: 'defect', code, retryable, retryAfterMs: 700 });
  });

  test('a result that is not live says so', async () => {
    const end = await play(({ n }, context) => {
      context.degrade('ml away');
      return { twice: 2 * n };
    });
    expect(end).toMatchObject({ end: 'ok', degraded: 'ml away' });
  });

  test('whatever comes after a stop is no result', async () => {
    const stop = new AbortController();
    const end = await play(
      ({ n }) => {
        stop.abort(new Stopped('cancel'));
        return { twice: n };
      },
      { n: 1 },
      portsOf(new FakeHost(), stop.signal),
    );
    expect(end).toEqual({ end: 'stopped', by: 'agent', late: 'ok' });
  });
});

describe('the context', () => {
  test('lets twenty notes a second through, whatever a loop reports, and loses none of the last ones', async () => {
    const ports = portsOf();
    await play(
      async ({ n }, context) => {
        for (let i = 0; i < 1000; i++) context.progress(`step ${i}`);
        const pause = context.pause(50);
        await ports.clock.advance(50);
        await pause;
        context.progress('later', { pct: 0.5 });
        return { twice: n };
      },
      { n: 1 },
      ports,
    );
    const [first, merged, last] = ports.host.notes;
    expect(ports.host.notes).toHaveLength(3);
    expect(first).toEqual({ note: 'progress', text: 'step 0', pct: undefined });
    expect(merged).toMatchObject({ note: 'progress', text: expect.stringMatching(/^step 1 · step 2 · .{980,}$/) });
    expect(last).toEqual({ note: 'progress', text: 'later', pct: 0.5 });
  });

  test('runs a step once its host says under which key, and hands its value over', async () => {
    const ports = portsOf();
    const end = await play(
      async (_, context) => ({ twice: await context.step('add', async (key) => key.length) }),
      { n: 1 },
      ports,
    );
    expect(end).toEqual({ end: 'ok', output: { twice: 5 } });
    expect(ports.host.requests).toEqual([
      { op: 'step_begin', name: 'add' },
      { op: 'step_end', name: 'add', value: 5 },
    ]);
  });

  test('tells its host when a step fails', async () => {
    const ports = portsOf();
    const end = await play((_, context) => context.step('add', () => Promise.reject(new Error('no'))), { n: 1 }, ports);
    expect(end).toMatchObject({ end: 'defect', message: 'Error: no' });
    expect(ports.host.requests.at(-1)).toEqual({ op: 'step_failed', name: 'add', message: 'no' });
  });

  test('keeps at most sixteen requests waiting', async () => {
    const never = new FakeHost(() => new Promise(() => undefined));
    const end = await play(
      (_, context) => Promise.all(Array.from({ length: 17 }, () => context.survey(undefined, 100))),
      { n: 1 },
      portsOf(never),
    );
    expect(end).toMatchObject({ end: 'defect', code: 'threw' });
    expect(never.requests).toHaveLength(16);
  });
});

describe('a skill in the loop of the service', () => {
  test('that does not let go is fenced when its grace is over', async () => {
    const stop = new AbortController();
    const ports = portsOf(new FakeHost(), stop.signal);
    const skill = skillOf(() => new Promise(() => undefined));
    const end = runInline(skill, orderOf('twice', { n: 1 }), ports);
    stop.abort(new Stopped('cancel'));
    await ports.clock.advance(1000);
    expect(await end).toEqual({ end: 'stopped', by: 'fence' });
  });

  test('leaves no timer behind', async () => {
    const ports = portsOf();
    await runInline(
      skillOf(({ n }) => ({ twice: n })),
      orderOf('twice', { n: 1 }),
      ports,
    );
    expect(ports.clock.pending).toBe(0);
  });
});

describe('a declaration', () => {
  test('says which endpoints it may call', () => {
    expect(() => skillOf(() => undefined, { calls: ['ml'] })).toThrow('calls: "ml" is not service.endpoint');
    expect(skillOf(() => undefined, { calls: ['ml.detect_anomaly'] }).calls).toEqual(['ml.detect_anomaly']);
  });
});
