import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { EndedSpan, SpanAttributes } from '@seedcore/mesh';
import type { Trace } from '@seedcore/protocol';

const KINDS = {
  internal: SpanKind.INTERNAL,
  client: SpanKind.CLIENT,
  server: SpanKind.SERVER,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

const SCOPE = { name: 'seedcore-mesh' };
const RECORDED = 1;

/** A span as the OpenTelemetry exporter reads it. */
export function readableSpan(span: EndedSpan, resource: Resource): ReadableSpan {
  const { name, kind, trace, parentId, link, failed } = span;
  return {
    name,
    kind: KINDS[kind],
    spanContext: () => contextOf(trace),
    ...(parentId === undefined ? {} : { parentSpanContext: contextOf({ ...trace, spanId: parentId }) }),
    startTime: timeOf(span.startedWallMs),
    endTime: timeOf(span.endedWallMs),
    duration: timeOf(span.endedWallMs - span.startedWallMs),
    ended: true,
    status: { code: failed ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
    attributes: attributesOf(span.attributes),
    links: link === undefined ? [] : [{ context: contextOf(link) }],
    events: [],
    resource,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

const contextOf = ({ traceId, spanId }: Pick<Trace, 'traceId' | 'spanId'>) => ({
  traceId,
  spanId,
  traceFlags: RECORDED,
});

/** Seconds and nanoseconds of a time in ms. */
function timeOf(ms: number): [number, number] {
  const micros = Math.round(ms * 1_000);
  return [Math.floor(micros / 1_000_000), (micros % 1_000_000) * 1_000];
}

function attributesOf(attributes: SpanAttributes): ReadableSpan['attributes'] {
  const set: ReadableSpan['attributes'] = {};
  for (const [key, value] of Object.entries(attributes))
    if (value !== undefined) set[key] = typeof value === 'object' ? [...value] : value;
  return set;
}
