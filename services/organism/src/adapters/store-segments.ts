import { type RunSegment, runSegment } from '@seedcore/contracts';
import { CodecError, jsonCodec, MeshError, subjects, validate } from '@seedcore/protocol';
import { type Store, streamAsset } from '@seedcore/store';
import { KEPT_SEGMENTS } from '../domain/segment-window.ts';
import type { Segments } from '../supervision/managers/manager-ports.ts';

/** What runs say, in memory: it is worth nothing as proof, and the oldest gives way. */
export const segmentsStream = streamAsset('SEGMENTS', 'What runs under way say: the newest hundred of a task.', {
  subjects: ['evt.organism.segment.>'],
  storage: 'memory',
  maxAgeMs: 3_600_000,
  perSubject: KEPT_SEGMENTS,
  maxMessageBytes: 8192,
  // What is reserved for it is gone for other meshes on the broker, whose memory may be 256 MiB.
  maxBytes: 16_777_216,
  forgets: true,
});

/** Segments as events that the broker keeps for an hour. */
export function storeSegments({ broker }: Store): Segments {
  const names = subjects(broker.ns);
  const subjectOf = (taskId: string) => names.event('organism', 'segment', taskId);
  return {
    tell(segment) {
      try {
        broker.publish(subjectOf(segment.task_id), jsonCodec.encode(segment));
      } catch (cause) {
        // Nobody hears it while the connection is down, and nobody is to wait for that.
        if (!(cause instanceof MeshError) || cause.code !== 'not_connected') throw cause;
      }
    },
    follow: (taskId, listener) =>
      broker.subscribe(subjectOf(taskId), ({ body }) => {
        const segment = segmentIn(body);
        if (segment !== undefined) listener(segment);
      }),
    async kept(taskId) {
      const stored = await broker.messages(names.stream(segmentsStream.name), subjectOf(taskId), KEPT_SEGMENTS);
      return stored.flatMap(({ body }) => segmentIn(body) ?? []);
    },
  };
}

/** A segment; undefined for what somebody else may have published there. */
function segmentIn(body: Uint8Array): RunSegment | undefined {
  try {
    const checked = validate(runSegment, jsonCodec.decode(body, { maxBytes: body.length }));
    return checked.ok ? checked.value : undefined;
  } catch (cause) {
    if (cause instanceof CodecError) return undefined;
    throw cause;
  }
}
