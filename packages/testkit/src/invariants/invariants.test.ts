import { describe, expect, test } from 'vitest';
import {
  attemptsBounded,
  breakersAreHonest,
  type Checker,
  callsEnd,
  drainsAreComplete,
  type History,
  handlersKeepDeadlines,
  type MeshEvent,
  oneReply,
  overloadIsFair,
  restsAsBefore,
  runsOnce,
} from './index.ts';

const pair = { caller: 'a', target: 'b.act' } as const;
const attempts = (code: string, ...times: number[]): History =>
  times.map((at, i) => ({ kind: 'attempt', ...pair, n: 1 + (i % 2), code, at, startedAt: at - 0.5 }));
/** Refused as soon as it is made. */
const attempt = (at: number, code: string): MeshEvent => ({ kind: 'attempt', ...pair, n: 1, code, at, startedAt: at });
const breaker = (at: number, to: 'open' | 'half_open' | 'closed'): MeshEvent => ({ kind: 'breaker', ...pair, to, at });
const call = (at: number, id: string): MeshEvent => ({ kind: 'call_started', ...pair, call: id, at });
const ended = (at: number, id: string, outcome: string): MeshEvent => ({ kind: 'call_ended', call: id, outcome, at });
const handler = (at: number, more: Partial<Extract<MeshEvent, { kind: 'handler_started' }>>): MeshEvent => ({
  kind: 'handler_started',
  at,
  run: 1,
  instance: 'b-1',
  target: 'b.act',
  key: 'k',
  idempotent: false,
  deadlineAt: 100,
  trace: 't',
  hop: 1,
  ...more,
});
const over = (at: number, run = 1): MeshEvent => ({ kind: 'handler_ended', run, at });
const times = (n: number, at: number) => Array.from({ length: n }, (_, i) => at + i);
const message = (subject: string, reply?: string): MeshEvent => ({ kind: 'published', subject, reply, at: 0 });
const load = (kind: 'served' | 'shed', criticality: 'critical' | 'optional', inTime = true): MeshEvent => ({
  kind,
  criticality,
  inTime,
  at: 0,
});

type Row = {
  readonly name: string;
  readonly checker: Checker;
  readonly right: History;
  /** By what is wrong with it. */
  readonly wrong: Readonly<Record<string, History>>;
};

const rows: readonly Row[] = [
  {
    name: 'mesh.M1',
    checker: handlersKeepDeadlines,
    right: [handler(0, {}), over(150), handler(20, { run: 2, hop: 2, deadlineAt: 90 }), over(80, 2)],
    wrong: {
      'a handler that runs 51 ms longer': [handler(0, {}), over(151)],
      'a handler that never ends': [handler(0, {})],
      'a hop with as much time as the one before': [
        handler(0, {}),
        over(9),
        handler(1, { run: 2, hop: 2 }),
        over(9, 2),
      ],
    },
  },
  {
    name: 'mesh.M2',
    checker: callsEnd(new Set(['rude'])),
    right: [
      call(0, '1'),
      call(0, '2'),
      call(0, '3'),
      ended(1, '1', 'ok'),
      ended(1, '2', 'rude'),
      ended(1, '3', 'timeout'),
    ],
    wrong: {
      'a call that never ends': [call(0, '1')],
      'a call that ends twice': [call(0, '1'), ended(1, '1', 'ok'), ended(2, '1', 'ok')],
      'a TypeError': [call(0, '1'), ended(1, '1', 'defect')],
    },
  },
  {
    name: 'mesh.M3',
    checker: runsOnce,
    right: [
      handler(0, {}),
      handler(1, { key: 'other' }),
      handler(2, { key: 'i', idempotent: true }),
      handler(3, { key: 'i', idempotent: true }),
    ],
    wrong: { 'a second run': [handler(0, {}), handler(5, { run: 2 })] },
  },
  {
    name: 'mesh.M4',
    checker: attemptsBounded,
    right: [
      ...times(10, 0).map((at) => call(at, String(at))),
      ...attempts('timeout', ...times(15, 10)),
      ...[10, 12, 14, 16].map((at) => attempt(at - 0.5, 'draining')),
    ],
    wrong: {
      'an attempt that goes on and on': [
        ...times(10, 0).map((at) => call(at, String(at))),
        ...times(32, 10).map(() => attempt(10, 'no_responder')),
      ],
      'one attempt more': [...times(10, 0).map((at) => call(at, String(at))), ...attempts('timeout', ...times(16, 10))],
    },
  },
  {
    name: 'mesh.M5',
    checker: breakersAreHonest,
    right: [
      ...attempts('timeout', 1, 2, 3, 4, 5),
      breaker(5, 'open'),
      { kind: 'breaker_refused', ...pair, untilAt: 5_005, at: 6 },
      { kind: 'recovered', target: 'b.act', at: 100 },
      breaker(5_005, 'half_open'),
      ...attempts('answer', 5_006, 5_007, 5_008),
      breaker(5_008, 'closed'),
    ],
    wrong: {
      'a breaker that counts bad requests': [...attempts('bad_request', 1, 2, 3, 4, 5), breaker(5, 'open')],
      'a breaker that opens after four': [...attempts('timeout', 1, 2, 3, 4), breaker(4, 'open')],
      'four probes at once': [
        ...attempts('timeout', 1, 2, 3, 4, 5),
        breaker(5, 'open'),
        breaker(5_005, 'half_open'),
        ...attempts('timeout', 5_010, 5_010, 5_010, 5_010).map((one) => ({ ...one, startedAt: 5_006 })),
      ],
      'a fourth answer': [
        ...attempts('timeout', 1, 2, 3, 4, 5),
        breaker(5, 'open'),
        breaker(5_005, 'half_open'),
        ...attempts('answer', 5_006, 5_007, 5_008, 5_009),
      ],
      'a breaker that stays open': [
        ...attempts('timeout', 1, 2, 3, 4, 5),
        breaker(5, 'open'),
        { kind: 'recovered', target: 'b.act', at: 6 },
        ...attempts('answer', 9_000),
      ],
    },
  },
  {
    name: 'mesh.M6',
    checker: drainsAreComplete,
    right: [
      { kind: 'accepted', instance: 'b-1', at: 0 },
      { kind: 'answered', instance: 'b-1', at: 5 },
      { kind: 'drained', instance: 'b-1', at: 5 },
    ],
    wrong: {
      'a drain that does not wait': [
        { kind: 'accepted', instance: 'b-1', at: 0 },
        { kind: 'drained', instance: 'b-1', at: 1 },
        { kind: 'answered', instance: 'b-1', at: 5 },
      ],
      'a request taken after it': [
        { kind: 'drained', instance: 'b-1', at: 1 },
        { kind: 'accepted', instance: 'b-1', at: 2 },
      ],
    },
  },
  {
    name: 'mesh.M7',
    checker: oneReply,
    right: [message('ns.svc.b.act', '_INBOX.a.1'), message('_INBOX.a.1')],
    wrong: {
      'a second reply': [message('ns.svc.b.act', '_INBOX.a.1'), message('_INBOX.a.1'), message('_INBOX.a.1')],
      'a reply to a subject': [message('ns.svc.b.act', '$JS.API.X'), message('$JS.API.X')],
      'a reply to nobody': [message('_INBOX.a.2')],
    },
  },
  {
    name: 'mesh.M8',
    checker: restsAsBefore,
    right: [
      { kind: 'level', name: 'timers', phase: 'warm', value: 100, at: 0 },
      { kind: 'level', name: 'timers', phase: 'end', value: 105, at: 9 },
    ],
    wrong: {
      'a timer left over': [
        { kind: 'level', name: 'timers', phase: 'warm', value: 3, at: 0 },
        { kind: 'level', name: 'timers', phase: 'end', value: 4, at: 9 },
      ],
    },
  },
  {
    name: 'mesh.M9',
    checker: overloadIsFair({ calls: 4, goodput: 0.5 }),
    right: [load('served', 'critical'), load('served', 'critical'), load('shed', 'optional', false)],
    wrong: {
      'critical calls shed first': [
        load('shed', 'critical', false),
        load('served', 'optional'),
        load('served', 'optional'),
      ],
      'answers that come too late': [
        load('served', 'critical', false),
        load('served', 'critical', false),
        load('served', 'critical', true),
      ],
    },
  },
];

describe.each(rows)('$name', ({ checker, right, wrong }) => {
  test('holds for a history that keeps it, and has seen what it looks for', () => {
    const { violations, sometimes } = checker(right);
    expect(violations).toEqual([]);
    expect(sometimes).toBeGreaterThan(0);
  });

  test.each(Object.entries(wrong))('finds %s', (_what, history) => {
    expect(checker(history).violations).not.toEqual([]);
  });
});
