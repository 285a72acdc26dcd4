import { event, id } from '@seedcore/protocol';
import { z } from 'zod';

const silence = z.strictObject({ host: id, silent_ms: z.number().nonnegative() });

/** What is told of the processes that host agents, by one of those that are well. */
export const hostEvents = {
  host_slow: event({ doc: 'A host was not heard for three beats.', kind: 'lossy', data: silence, key: 'host' }),
  host_suspect: event({
    doc: 'A host was not heard for 10 s; it is pinged before anything is done about it.',
    kind: 'lossy',
    data: silence,
    key: 'host',
  }),
  host_dead: event({
    doc: 'A host left two pings unanswered; its agents come back elsewhere, under new epochs.',
    kind: 'lossy',
    data: silence,
    key: 'host',
  }),
};
