import { type MemoryMesh, memoryMesh } from '@seedcore/mesh/testing';
import { endpoint, errorBodyOf, jsonCodec, MeshError, service } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';

const tape = service('tape', {
  doc: 'Plays.',
  version: '1.0.0',
  endpoints: {
    play: endpoint({
      doc: 'Plays a tape.',
      input: z.strictObject({}),
      output: z.object({ played: z.int() }),
      stream: z.object({ n: z.int() }),
      idempotent: true,
    }),
  },
});

type Frame = readonly [frame: string | undefined, body: unknown, ...headers: (readonly [string, string])[]];

/** A writer without any of our code that sends these frames to its first request, others to the next. */
function writer(...tapes: readonly (readonly Frame[])[]) {
  const clock = new VirtualClock();
  const mesh: MemoryMesh = memoryMesh({ clock, random: new SeededRandom(2), ns: 'test' });
  const requests: string[] = [];
  const cancels: string[] = [];
  mesh.transport.subscribe('test.svc.tape.play', ({ reply, headers }) => {
    const frames = tapes[requests.length] ?? [];
    requests.push(headers.get('Sc-Stream') ?? 'none');
    for (const [frame, body, ...more] of frames) {
      const all = frame === undefined ? more : [['Sc-Frame', frame] as const, ...more];
      mesh.transport.publish(reply ?? '', jsonCodec.encode(body), { headers: all });
    }
  });
  mesh.transport.subscribe('test.cancel.*', ({ subject }) => cancels.push(subject));
  return { clock, mesh, requests, cancels, play: () => mesh.client(tape).play.stream({}) };
}

const data = (n: number, seq = n): Frame => [`${seq} data`, { n }];
const end: Frame = ['2 end', { played: 2 }];
const overloaded = new MeshError('overloaded', { target: 'tape.play' });
const refusal: Frame = [
  undefined,
  errorBodyOf(overloaded, { idempotent: true }),
  ['Nats-Service-Error-Code', '429'],
  ['Nats-Service-Error', 'overloaded'],
];
const failed: Frame = ['2 error', ...(refusal.slice(1) as [unknown, ...(readonly [string, string])[]])];

/** What a reader sees, and how it ends. */
async function heard(answer: AsyncIterable<{ n: number }> & { readonly reply: Promise<unknown> }) {
  const seen: number[] = [];
  try {
    for await (const { n } of answer) seen.push(n);
    return { seen, reply: await answer.reply };
  } catch (error) {
    return { seen, error };
  }
}

test('a writer in another language needs two headers', async () => {
  const { play, requests } = writer([data(0), data(1), end]);
  expect(await heard(play())).toEqual({ seen: [0, 1], reply: { ok: true, value: { played: 2 } } });
  expect(requests).toEqual(['32']);
});

test('one that cannot stream answers once', async () => {
  const { play } = writer([[undefined, { played: 7 }]]);
  expect(await heard(play())).toEqual({ seen: [], reply: { ok: true, value: { played: 7 } } });
});

test('a refusal before the first item is retried', async () => {
  const { play, clock, requests } = writer([refusal], [data(0), data(1), end]);
  const answer = heard(play());
  await clock.advance(1_000);
  expect(await answer).toMatchObject({ seen: [0, 1] });
  expect(requests).toHaveLength(2);
});

test('an error after the first item is not', async () => {
  const { play, clock, requests, cancels } = writer([data(0), data(1), failed], [data(0), data(1), end]);
  const answer = heard(play());
  await clock.advance(1_000);
  expect(await answer).toMatchObject({ seen: [0, 1], error: { code: 'overloaded' } });
  expect([requests.length, cancels]).toEqual([1, []]);
});

test.each<[string, Frame[], number[], string]>([
  ['an item of another shape', [data(0), ['1 data', { n: 'one' }]], [0], 'bad_reply'],
  ['a frame nobody can read', [data(0), ['one data', { n: 1 }]], [0], 'bad_reply'],
  ['an unnumbered message between items', [data(0), [undefined, { played: 1 }]], [0], 'bad_reply'],
  ['an end that hides a hole', [data(0), ['2 end', { played: 2 }]], [0], 'timeout'],
  ['a beat that shows a hole', [data(0), ['4 beat', {}]], [0], 'timeout'],
  ['more items than were asked for', Array.from({ length: 33 }, (_, n) => data(n)), [], 'bad_reply'],
])('%s ends the stream with an error and tells the writer', async (_what, frames, seen, code) => {
  const { play, clock, cancels } = writer(frames);
  const answer = play();
  await clock.advance(1);
  const end = await heard(answer);
  expect(end.error).toMatchObject({ code });
  expect(end.seen.slice(0, seen.length)).toEqual(seen);
  await clock.advance(1);
  expect(cancels).toHaveLength(1);
});

test('a stream that breaks has a record that says when and why', async () => {
  const { mesh, play, clock } = writer([refusal], [data(0), ['2 end', { played: 2 }]]);
  const answer = heard(play());
  await clock.advance(1_000);
  await answer;
  expect(mesh.records.recent()).toMatchObject([
    {
      target: 'tape.play',
      outcome: 'timeout',
      steps: [
        { layer: 'attempt', decision: 'failed', detail: { attempt: 1, code: 'overloaded' } },
        { layer: 'retry', decision: 'wait' },
        { layer: 'attempt', decision: 'answered', detail: { attempt: 2 } },
        { layer: 'call', decision: 'failed', detail: { code: 'timeout', reason: 'stream_gap' } },
      ],
    },
  ]);
});

test('a frame that comes twice is one item', async () => {
  const { play } = writer([data(0), data(0), data(1), data(0), end]);
  expect(await heard(play())).toMatchObject({ seen: [0, 1] });
});
