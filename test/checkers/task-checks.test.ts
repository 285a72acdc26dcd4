import { describe, expect, test } from 'vitest';
import { attemptOf, goodLife, historyOf, timeOfWrite, writesOf } from './history-of.ts';
import { checkTasks } from './task-checks.ts';
import type { EffectSeen, SeenRecord, TaskHistory } from './task-history.ts';

const check = checkTasks({ effects: { demo: ['send'] }, mostFailed: 2 });
const accepted = [{ id: 'a', type: 'demo', params: {} }];
const results = [{ id: 'a', gen: 1, state: 'succeeded', seq: 1 }];
const sent: EffectSeen = { task: 'a', step: 'send', key: 'a/send', epoch: 2, at: 2_500, did: 'done' };

/** The life of a task that goes well, and what is told of it, with some of it other than that. */
const life = (change: Partial<TaskHistory> = {}): TaskHistory =>
  historyOf(writesOf(...goodLife()), { accepted, results, effects: [sent], ...change });
const lived = (...changes: readonly Partial<SeenRecord>[]): TaskHistory =>
  life({ writes: writesOf(...goodLife().slice(0, 2), ...changes) });
const [begun] = [attemptOf(1, 2)];
const ended = { state: 'succeeded', finished_at: timeOfWrite(5) };
const failed = { state: 'failed', attempts: [attemptOf(1, 2, 'error')], spent: 1 };
const failure = [{ id: 'a', gen: 1, state: 'failed', seq: 1 }];

test('a task that goes well breaks nothing', () => {
  expect(check(life())).toEqual([]);
});

test.each<[string, TaskHistory]>([
  [
    'is lost with its worker and taken over',
    lived(
      { attempt: 2, lost: 1, attempts: [attemptOf(1, 2, 'lost'), attemptOf(2, 0)] },
      { ...ended, attempts: [attemptOf(1, 2, 'lost'), attemptOf(2, 3, 'ok')] },
    ),
  ],
  [
    'fails once and is tried again when its time has come',
    lived(
      { state: 'retrying', spent: 1, attempts: [attemptOf(1, 2, 'error')], not_before: timeOfWrite(4) },
      {
        state: 'running',
        attempt: 2,
        attempts: [attemptOf(1, 2, 'error'), { ...attemptOf(2, 0), started_at: timeOfWrite(4) }],
      },
      { ...ended, attempts: [attemptOf(1, 2, 'error'), { ...attemptOf(2, 4, 'ok') }] },
    ),
  ],
  [
    'is begun anew after its end',
    {
      ...lived(
        failed,
        { state: 'queued', gen: 2, attempt: 0, spent: 0, attempts: [] },
        { state: 'running', attempt: 1, attempts: [attemptOf(1, 0)] },
        { ...ended, attempts: [attemptOf(1, 5, 'ok')] },
      ),
      results: [...failure, { id: 'a', gen: 2, state: 'succeeded', seq: 2 }],
    },
  ],
  ['asks for what it has done once more', life({ effects: [sent, { ...sent, did: 'known', at: 2_700 }] })],
  ['is refused an effect of an epoch that is over', life({ effects: [sent, { ...sent, epoch: 1, did: 'refused' }] })],
])('a task that %s breaks nothing either', (_what, history) => {
  expect(check(history)).toEqual([]);
});

describe.each<[string, [string, TaskHistory][]]>([
  [
    'tasks.T1',
    [
      ['is accepted and has no record', life({ accepted: [...accepted, { id: 'b', type: 'demo', params: {} }] })],
      ['is accepted and comes to no end', { ...lived(), results: [] }],
      ['is accepted as another than it is', life({ accepted: [{ id: 'a', type: 'demo', params: { n: 2 } }] })],
    ],
  ],
  [
    'tasks.T2',
    [
      ['changes its final state', lived(failed, ended)],
      [
        'goes on after its end in the same generation',
        { ...lived(failed, { state: 'queued' }, failed), results: failure },
      ],
      [
        'leaves a generation out',
        {
          ...lived(failed, { state: 'queued', gen: 3, attempt: 0, attempts: [], spent: 0 }, { state: 'cancelled' }),
          results: [...failure, { id: 'a', gen: 3, state: 'cancelled', seq: 2 }],
        },
      ],
      [
        'begins anew before it has ended',
        {
          ...lived({ state: 'queued', gen: 2, attempt: 0, attempts: [] }, { state: 'cancelled' }),
          results: [{ id: 'a', gen: 2, state: 'cancelled', seq: 2 }],
        },
      ],
    ],
  ],
  [
    'tasks.T3',
    [
      ['does its effect twice', life({ effects: [sent, { ...sent, key: 'a/send/2' }] })],
      ['succeeds without its effect', life({ effects: [] })],
      ['does an effect without an epoch', life({ effects: [{ ...sent, epoch: undefined }] })],
      [
        'does an effect under an epoch that is over',
        life({ effects: [sent, { ...sent, epoch: 1, step: 'log', key: 'a/log' }] }),
      ],
    ],
  ],
  [
    'tasks.T4',
    [
      [
        'skips an attempt',
        lived(
          { attempt: 3, attempts: [attemptOf(1, 2, 'lost'), attemptOf(3, 0)] },
          {
            ...ended,
            attempts: [attemptOf(1, 2, 'lost'), attemptOf(3, 3, 'ok')],
          },
        ),
      ],
      ['tells of no attempt', lived({ attempts: [] }, { ...ended, attempts: [attemptOf(1, 2, 'ok')] })],
      ['leaves an attempt open at its end', lived({ ...ended, attempts: [begun ?? attemptOf(1, 2)] })],
      [
        'is ended by the owner of an attempt that is over',
        lived(
          { attempt: 2, lost: 1, attempts: [attemptOf(1, 2, 'lost'), attemptOf(2, 0)] },
          { ...ended, attempt: 1, attempts: [attemptOf(1, 2, 'ok')] },
        ),
      ],
      [
        'has an attempt that ends twice',
        lived(
          { attempt: 2, lost: 1, attempts: [attemptOf(1, 2, 'lost'), attemptOf(2, 0)] },
          { ...ended, attempts: [attemptOf(1, 2, 'ok'), attemptOf(2, 3, 'ok')] },
        ),
      ],
      ['has an epoch at which nothing began', lived({ ...ended, attempts: [attemptOf(1, 1, 'ok')] })],
      [
        'has epochs that fall',
        lived(
          { attempt: 2, lost: 1, attempts: [attemptOf(1, 2, 'lost'), attemptOf(2, 1)] },
          { ...ended, attempts: [attemptOf(1, 2, 'lost'), attemptOf(2, 1, 'ok')] },
        ),
      ],
    ],
  ],
  [
    'tasks.T5',
    [
      ['fails more often than it may', { ...lived({ ...failed, spent: 3 }), results: failure }],
      [
        'fails more often than it wishes',
        {
          ...lived({ ...failed, spent: 2, spec: { type: 'demo', params: {}, hints: { max_attempts: 1 } } }),
          results: failure,
        },
      ],
      ['is lost more often than it may', { ...lived({ ...failed, lost: 6 }), results: failure }],
    ],
  ],
  [
    'tasks.T6',
    [
      ['starts before its time', life({ writes: writesOf({ not_before: timeOfWrite(4) }, ...goodLife().slice(1)) })],
      [
        'starts after its deadline',
        life({
          writes: writesOf(
            { deadline_at: timeOfWrite(2) },
            { ...goodLife()[1], attempts: [{ ...attemptOf(1, 0), started_at: timeOfWrite(2) }] },
            ...goodLife().slice(2),
          ),
        }),
      ],
    ],
  ],
  [
    'tasks.T7',
    [
      ['has two results of one life', life({ results: [...results, ...results] })],
      ['has none', life({ results: [] })],
      ['has another than its record', life({ results: [{ id: 'a', gen: 1, state: 'failed', seq: 1 }] })],
      [
        'has an older one after a newer one',
        {
          ...lived(failed, { state: 'queued', gen: 2, attempt: 0, attempts: [] }, { state: 'cancelled' }),
          results: [{ id: 'a', gen: 2, state: 'cancelled', seq: 1 }, ...failure],
        },
      ],
    ],
  ],
  [
    'tasks.T10',
    [
      [
        'does an effect long after it was cancelled',
        {
          ...lived({ desired: 'cancel' }, { state: 'cancelled', attempts: [attemptOf(1, 2, 'cancelled')] }),
          results: [{ id: 'a', gen: 1, state: 'cancelled', seq: 1 }],
          effects: [{ ...sent, at: 9_500 }],
        },
      ],
      [
        'ends long after it was cancelled',
        {
          ...lived({ desired: 'cancel' }, ...Array.from({ length: 6 }, () => ({})), {
            state: 'cancelled',
            attempts: [attemptOf(1, 2, 'cancelled')],
          }),
          results: [{ id: 'a', gen: 1, state: 'cancelled', seq: 1 }],
        },
      ],
    ],
  ],
  ['drain', [['is left running by a worker that has drained', life({ drained: [{ owner: 'host-1', at: 2_500 }] })]]],
])('%s', (invariant, histories) => {
  test.each(histories)('is broken by a task that %s', (_what, history) => {
    expect(new Set(check(history).map((found) => found.invariant))).toEqual(new Set([invariant]));
  });
});
