import { z } from 'zod';
import { MAX_BODY_BYTES, MAX_KEPT_BYTES } from '../limits.ts';
import type { Endpoint } from './endpoint.ts';
import { holdsSensitive } from './sensitive.ts';

/** Options of an endpoint that contradict each other or what it is, one sentence each. */
export function optionProblems(target: Endpoint): string[] {
  const { maxBytes } = target;
  const sized = Number.isInteger(maxBytes) && maxBytes >= 1 && maxBytes <= MAX_BODY_BYTES;
  return [
    ...(sized ? [] : [`maxBytes must be 1 to ${MAX_BODY_BYTES}`]),
    ...replayProblems(target),
    ...onewayProblems(target),
    ...coalesceProblems(target),
    ...affinityProblems(target),
  ];
}

/** A stored reply is one value in one record. */
function replayProblems({ replays, stream, maxBytes }: Endpoint): string[] {
  if (!replays) return [];
  return [
    ...(stream === undefined ? [] : ['replays and stream exclude each other: the items of a stream are not kept']),
    ...(maxBytes <= MAX_KEPT_BYTES
      ? []
      : [`replays needs maxBytes of at most ${MAX_KEPT_BYTES}: its replies are kept`]),
  ];
}

function onewayProblems({ oneway, stream, replays, failures }: Endpoint): string[] {
  if (!oneway) return [];
  return [
    ...(stream === undefined ? [] : ['oneway and stream exclude each other: nobody would read it']),
    ...(replays ? ['oneway and replays exclude each other: there may be no reply to keep'] : []),
    ...(Object.keys(failures).length === 0 ? [] : ['oneway and failures exclude each other: nobody would be told']),
  ];
}

/** One answer is handed to several callers, so asking must change nothing and the answer must be nobody's secret. */
function coalesceProblems({ coalesce, idempotent, input, output }: Endpoint): string[] {
  if (!coalesce) return [];
  return [
    ...(idempotent ? [] : ['coalesce needs idempotent: several callers share one run']),
    ...(holdsSensitive(input) || holdsSensitive(output)
      ? ['coalesce must not be used where values are sensitive']
      : []),
  ];
}

function affinityProblems({ affinity, input }: Endpoint): string[] {
  if (affinity === undefined) return [];
  const known = input instanceof z.ZodObject && Object.hasOwn(input.shape, affinity);
  return known ? [] : [`affinity "${affinity}" is not a field of the input`];
}
