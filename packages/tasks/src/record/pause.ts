import { time } from '@seedcore/protocol';
import { z } from 'zod';

/** Why no task of a queue is begun at present; a person may write it by hand. */
export const pause = z.object({
  reason: z.string().max(200).default('no reason given'),
  author: z.string().max(64).optional(),
  /** Left out: until it is resumed. */
  until: time.optional(),
});
/** Why no task of a queue is begun at present. */
export type Pause = z.output<typeof pause>;

/** Key of the pause of a queue. */
export const pauseKey = (queue: string): string => `q.${queue}`;

/** For how long a pause lasts yet, in ms; 0 when it is over. */
export const pauseLeftMs = ({ until }: Pause, now: number): number =>
  until === undefined ? Number.POSITIVE_INFINITY : Math.max(0, Date.parse(until) - now);
