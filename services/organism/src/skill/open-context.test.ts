import { MeshError } from '@seedcore/protocol';
import { describe, expect, test } from 'vitest';
import { FakeHost, orderOf } from '../testing/fake-host.ts';
import { type Body, play, playWith, portsOf, skillOf } from '../testing/play-skill.ts';
import type { SkillProgram } from './define-skill.ts';
import { runSkill } from './run-skill.ts';
import type { SkillContext } from './skill-context.ts';

describe('what is emitted', () => {
  test('is handed over with the output, as it was when it was said', async () => {
    const end = await play(({ n }, context) => {
      const data = { n };
      context.emit('counted', data);
      data.n = 99;
      context.emit('done', undefined);
      return { twice: n };
    });
    expect(end).toEqual({
      end: 'ok',
      output: { twice: 2 },
      emitted: [
        { kind: 'counted', data: { n: 2 } },
        { kind: 'done', data: null },
      ],
    });
  });

  test.each([
    ['no kind', (context: SkillContext) => context.emit('no kind', 1)],
    ['its data is no JSON', (context: SkillContext) => context.emit('a', () => 1)],
    [
      'more than 100 events',
      (context: SkillContext) => {
        for (let i = 0; i < 101; i++) context.emit('a', i);
      },
    ],
    ['more than 49152 bytes', (context: SkillContext) => context.emit('a', 'x'.repeat(50_000))],
  ])('is refused at once: %s', async (why, emit) => {
    const end = await play(({ n }, context) => {
      emit(context as SkillContext);
      return { twice: n };
    });
    expect(end).toMatchObject({ end: 'defect', message: expect.stringContaining(why) });
  });

  test('is nothing when the run fails', async () => {
    const end = await play((_, context) => {
      context.emit('a', 1);
      return context.fail('too_big', { max: 1 });
    });
    expect(end).not.toHaveProperty('emitted');
  });
});

describe('quality', () => {
  const checked = (checker: () => number) => ({ ...skillOf(({ n }) => ({ twice: n })), checker });
  const run = (checker: () => number, host = new FakeHost()) =>
    runSkill(checked(checker), orderOf('twice', { n: 1 }), portsOf(host));

  test('is what the checker says of an output', async () => {
    expect(await run(() => 0.8)).toEqual({ end: 'ok', output: { twice: 1 }, quality: 0.8 });
  });

  test.each([
    ['throws', () => expect.unreachable()],
    ['gives no number', () => Number.NaN],
    ['goes beyond 1', () => 2],
  ])('is not known when the checker %s, and the log says so', async (_, checker) => {
    const host = new FakeHost();
    expect(await run(checker, host)).toEqual({ end: 'ok', output: { twice: 1 } });
    expect(host.notes).toMatchObject([{ note: 'log', level: 'warn' }]);
  });
});

describe('a tool call', () => {
  test('travels with what went in and came out; what is large as its hash', async () => {
    const ports = portsOf();
    await play(
      ({ n }, context) => {
        context.progress('asked', { tool: 'search', args: { q: 'x' }, result: 'y'.repeat(5000) });
        return { twice: n };
      },
      { n: 1 },
      ports,
    );
    expect(ports.host.notes).toEqual([
      {
        note: 'progress',
        text: 'asked',
        pct: undefined,
        tool: 'search',
        args: { q: 'x' },
        result: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/), bytes: 5002 },
      },
    ]);
  });
});

describe('an effect', () => {
  const mails = (find?: () => Promise<{ value: unknown } | 'absent' | 'unknown'>) =>
    skillOf(
      async (_, context) => {
        const run = async (key: string) => key.length;
        return {
          twice: await context.effect('mail', find === undefined ? { run } : ({ run, find } as { run: typeof run })),
        };
      },
      { effects: ['mail.sent'] },
    );
  const run = (skill: SkillProgram, answers: (request: { op: string }) => unknown) => {
    const host = new FakeHost(answers);
    return { host, end: runSkill(skill, orderOf('twice', { n: 1 }), portsOf(host)) };
  };

  test('is begun, done under its key, and ended', async () => {
    const { host, end } = run(mails(), ({ op }) => (op === 'effect_begin' ? { key: 'abc' } : 3));
    expect(await end).toMatchObject({ end: 'ok', output: { twice: 3 } });
    expect(host.requests).toEqual([
      { op: 'effect_begin', name: 'mail', findable: false },
      { op: 'effect_end', name: 'mail', value: 3 },
    ]);
  });

  test('is looked for when it may have been done, and adopted', async () => {
    const answers = ({ op }: { op: string }) => (op === 'effect_begin' ? { find: 'abc' } : { value: 7 });
    const { host, end } = run(
      mails(async () => ({ value: 7 })),
      answers,
    );
    expect(await end).toMatchObject({ end: 'ok', output: { twice: 7 } });
    expect(host.requests.at(-1)).toEqual({ op: 'effect_found', name: 'mail', found: { value: 7 } });
  });

  test('of a skill that does not declare it is refused', async () => {
    const undeclared = { ...mails(), sideEffects: false };
    const { host, end } = run(undeclared, () => expect.unreachable());
    expect(await end).toMatchObject({ end: 'defect', message: expect.stringContaining('declare sideEffects') });
    expect(host.requests).toEqual([]);
  });

  test('that was certainly not done is told as such', async () => {
    const refused = skillOf(
      (_, context) =>
        context.effect('mail', { run: () => Promise.reject(new MeshError('unavailable', { target: 'post' })) }),
      { sideEffects: true },
    );
    const { host, end } = run(refused, ({ op }) => (op === 'effect_begin' ? { key: 'abc' } : undefined));
    expect(await end).toMatchObject({ end: 'defect', code: 'unavailable' });
    expect(host.requests.at(-1)).toMatchObject({ op: 'effect_failed', refused: true });
  });
});

describe('a skill that calls another', () => {
  const inner = skillOf(async ({ n }, context) => ({ twice: await context.step('add', async () => n + 1) }), {
    name: 'inner',
  });
  const outer = (run: Body) => skillOf(run, { name: 'outer', uses: ['inner'] });

  test('gets its output; their steps do not mix, and are found again by what was asked', async () => {
    const hosts = [new FakeHost(), new FakeHost()];
    const calls = outer(async ({ n }, context) => {
      const [a, b] = [
        await context.call<{ twice: number }>('inner', { n }),
        await context.call<{ twice: number }>('inner', { n }),
      ];
      const own = await context.step('add', async () => 100);
      return { twice: a.twice + b.twice + own };
    });
    for (const host of hosts) expect(await playWith(calls, [inner], host)).toMatchObject({ output: { twice: 106 } });
    const names = hosts.map(({ requests }) => requests.flatMap((one) => (one.op === 'step_begin' ? [one.name] : [])));
    expect(names[0]).toEqual([
      expect.stringMatching(/^x[0-9a-f]{8}-add$/),
      expect.stringMatching(/^x[0-9a-f]{8}-add$/),
      'add',
    ]);
    expect(new Set(names[0]).size).toBe(3);
    expect(names[1]).toEqual(names[0]);
  });

  test('may not call what it does not name', async () => {
    const calls = { ...outer((_, context) => context.call('inner', { n: 1 })), uses: [] };
    expect(await playWith(calls, [inner])).toMatchObject({ end: 'defect', code: 'forbidden', retryable: false });
  });

  test.each([
    ['its failure', { n: 1 }, { code: 'too_big', data: { max: 1 } }],
    ['an input it does not take', { m: 1 }, { code: 'bad_input' }],
  ])('is answered with %s, and unless it knows better that is the end', async (_, input, data) => {
    const no = skillOf((_given, context) => context.fail('too_big', { max: 1 }), { name: 'inner' });
    const calls = outer((_given, context) => context.call('inner', input));
    expect(await playWith(calls, [no])).toMatchObject({
      end: 'failed',
      code: 'call_failed',
      data: { skill: 'inner', ...data },
    });
  });

  test('shares what it emits and how it is marked', async () => {
    const tells = skillOf(
      ({ n }, context) => {
        context.emit('inside', n);
        context.degrade('half');
        return { twice: n };
      },
      { name: 'inner' },
    );
    const end = await playWith(
      outer((_, context) => context.call('inner', { n: 5 })),
      [tells],
    );
    expect(end).toEqual({ end: 'ok', output: { twice: 5 }, degraded: 'half', emitted: [{ kind: 'inside', data: 5 }] });
  });

  test('goes four deep and no deeper', async () => {
    const deep = (max: number) =>
      skillOf(({ n }, context) => (n < max ? context.call('deep', { n: n + 1 }) : { twice: n }), {
        name: 'deep',
        uses: ['deep'],
      });
    expect(await playWith(deep(2 + 4), [])).toMatchObject({ end: 'ok', output: { twice: 6 } });
    expect(await playWith(deep(2 + 5), [])).toMatchObject({
      end: 'defect',
      message: expect.stringContaining('4 deep'),
    });
  });
});
