import type { Mesh } from '@seedcore/mesh';
import { endpoint, event, type Implementation, id, implement, ok, service } from '@seedcore/protocol';
import { z } from 'zod';

/** Namespace of the post. */
export const NS = 'post';
/** Who reads letters. */
export const READERS = 'readers';

/** A service that owes an event for every answer it gives, and reads its own. */
export const post = service('post', {
  doc: 'Takes letters.',
  version: '1.0.0',
  endpoints: {
    send: endpoint({
      doc: 'Takes a letter; it has been announced, for good, when the answer comes.',
      input: z.strictObject({ letter: id }),
      output: z.object({ duplicate: z.boolean() }),
      idempotent: true,
      deadlineMs: 15_000,
    }),
  },
  events: {
    letter_sent: event({
      doc: 'A letter was taken.',
      data: z.strictObject({ letter: id }),
      kind: 'durable',
      key: 'letter',
    }),
  },
});

/** Sending twice is announcing once. */
export const postService = (mesh: Mesh): Implementation<typeof post> =>
  implement(post, {
    send: async ({ letter }) => {
      const { duplicate } = await mesh.publish(post, 'letter_sent', { letter }, { id: letter });
      return ok({ duplicate });
    },
  });

/** How a reader deals with letters: reads them, or takes one and never comes to an end. */
export type Reading = 'reads' | 'hangs';

/** One more member of the readers; what it reads is told at once, before the event is acknowledged. */
export const read = (mesh: Mesh, how: Reading, tell: (read: string) => void) =>
  mesh.subscribe(
    post,
    'letter_sent',
    async ({ letter }, { deliveries }) => {
      tell(`${mesh.instance} ${letter} ${deliveries}`);
      if (how === 'hangs') await new Promise(() => {});
    },
    { group: READERS },
  );
