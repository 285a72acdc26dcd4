import type { ml } from '@seedcore/contracts';
import { type Handler, ok } from '@seedcore/protocol';
import { padModel } from '../domain/models.ts';
import { padV1 } from '../domain/pad/pad-v1.ts';
import { padV2 } from '../domain/pad/pad-v2.ts';

/** Scores what runs say. */
export const scoreOutput: Handler<typeof ml.endpoints.score_output> = async ({ windows }) =>
  ok({ scores: windows.map((window) => ({ v1: padV1(window), v2: padV2(window) })), model: padModel });
