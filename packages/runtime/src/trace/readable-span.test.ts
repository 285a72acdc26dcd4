import { resourceFromAttributes } from '@opentelemetry/resources';
import type { EndedSpan } from '@seedcore/mesh';
import { expect, test } from 'vitest';
import { readableSpan } from './readable-span.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const resource = resourceFromAttributes({ 'service.name': 'ml' });
const span: EndedSpan = {
  name: 'serve ml.rerank',
  kind: 'server',
  trace: { traceId, spanId: '00f067aa0ba902b7', sampled: true },
  parentId: '53995c3f42cd8ad8',
  startedWallMs: 1_763_812_345_678.25,
  endedWallMs: 1_763_812_346_001.5,
  attributes: { 'sc.attempt': 2, 'sc.decision': ['retry wait'], 'error.type': undefined },
  failed: true,
};

test('a span keeps its place, its times to the microsecond, and what is said of it', () => {
  const read = readableSpan(span, resource);
  expect(read.spanContext()).toEqual({ traceId, spanId: '00f067aa0ba902b7', traceFlags: 1 });
  expect(read.parentSpanContext).toMatchObject({ traceId, spanId: '53995c3f42cd8ad8' });
  expect(read).toMatchObject({
    startTime: [1_763_812_345, 678_250_000],
    endTime: [1_763_812_346, 1_500_000],
    duration: [0, 323_250_000],
    status: { code: 2 },
    kind: 1,
  });
  expect(read.attributes).toEqual({ 'sc.attempt': 2, 'sc.decision': ['retry wait'] });
});

test('a root has no parent, and what follows from another trace is linked to it', () => {
  const link = { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), sampled: true };
  const read = readableSpan({ ...span, kind: 'consumer', parentId: undefined, link, failed: false }, resource);
  expect(read).not.toHaveProperty('parentSpanContext');
  expect(read.links).toEqual([{ context: { traceId: link.traceId, spanId: link.spanId, traceFlags: 1 } }]);
  expect(read).toMatchObject({ kind: 4, status: { code: 0 } });
});
