import type { EndedSpan } from '@seedcore/mesh';
import { VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { recordingLog } from '../testing/recording-log.ts';
import { CLOSE_MS, EVERY_MS, MAX_BATCH, MAX_WAITING, SpanExport } from './span-export.ts';

const span: EndedSpan = {
  name: 'work',
  kind: 'internal',
  trace: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true },
  parentId: undefined,
  startedWallMs: 0,
  endedWallMs: 1,
  attributes: {},
  failed: false,
};

/** An exporter to a collector that takes, fails or keeps waiting as it is told. */
function exporting() {
  const clock = new VirtualClock();
  const { log, lines } = recordingLog();
  const sent: number[] = [];
  const lost: Record<string, number> = {};
  const collector: { answer: 'takes' | 'hangs' | Error } = { answer: 'takes' };
  const send = (spans: readonly EndedSpan[]): Promise<void> => {
    sent.push(spans.length);
    if (collector.answer === 'hangs') return new Promise(() => undefined);
    return collector.answer === 'takes' ? Promise.resolve() : Promise.reject(collector.answer);
  };
  const dropped = (reason: string, spans: number) => {
    lost[reason] = (lost[reason] ?? 0) + spans;
  };
  const spans = new SpanExport({ collector: { send }, clock, log, dropped });
  const take = (count: number) => Array.from({ length: count }, () => spans.take(span));
  return { clock, lines, sent, lost, collector, spans, take };
}

test('spans go together, two seconds after the first', async () => {
  const { clock, sent, take } = exporting();
  take(3);
  await clock.advance(EVERY_MS - 1);
  take(1);
  expect(sent).toEqual([]);
  await clock.advance(1);
  expect(sent).toEqual([4]);
  await clock.advance(EVERY_MS);
  expect(sent).toEqual([4]);
});

test('a full message goes at once', async () => {
  const { clock, sent, take } = exporting();
  take(MAX_BATCH);
  expect(sent).toEqual([MAX_BATCH]);
  await clock.advance(0);
  take(1);
  await clock.advance(EVERY_MS);
  expect(sent).toEqual([MAX_BATCH, 1]);
});

test('while the collector is slow a bounded number waits; the rest is dropped and counted', () => {
  const { sent, lost, collector, take } = exporting();
  collector.answer = 'hangs';
  take(MAX_BATCH + MAX_WAITING + 7);
  expect(sent).toEqual([MAX_BATCH]);
  expect(lost).toEqual({ full: 7 });
});

test('a collector that is away is told of once, and once more when it is back', async () => {
  const { clock, lost, lines, collector, take } = exporting();
  collector.answer = Object.assign(new Error('connect with password-in-text'), { code: 'ECONNREFUSED' });
  for (let i = 0; i < 3; i++) {
    take(2);
    await clock.advance(EVERY_MS);
  }
  expect(lost).toEqual({ not_sent: 6 });
  expect(lines).toEqual([
    { level: 'warn', fields: { code: 'ECONNREFUSED' }, message: 'the trace collector takes no spans; they are lost' },
  ]);
  collector.answer = 'takes';
  take(1);
  await clock.advance(EVERY_MS);
  take(1);
  await clock.advance(EVERY_MS);
  expect(lines.slice(1)).toEqual([{ level: 'info', fields: {}, message: 'the trace collector takes spans again' }]);
});

test('what still waits when the process ends is sent', async () => {
  const { sent, lost, spans, take } = exporting();
  take(5);
  await spans.close();
  expect(sent).toEqual([5]);
  expect(lost).toEqual({});
});

test('a collector that hangs holds up the end for three seconds, no longer', async () => {
  const { clock, lost, lines, collector, spans, take } = exporting();
  collector.answer = 'hangs';
  take(MAX_BATCH + 9);
  let closed = false;
  void spans.close().then(() => {
    closed = true;
  });
  await clock.advance(CLOSE_MS - 1);
  expect(closed).toBe(false);
  await clock.advance(1);
  expect(closed).toBe(true);
  expect(lost).toEqual({ not_sent: 9 });
  expect(lines).toMatchObject([{ level: 'warn', fields: { spans: 9 } }]);
});
