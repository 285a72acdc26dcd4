import type { WireMessage } from '@seedcore/mesh';
import { CodecError, headerNames, isCredit, isRecord, jsonCodec } from '@seedcore/protocol';

/** Most bytes a grant can take. */
const MAX_GRANT_BYTES = 256;

/** Whose stream may go on, and by how many items: `{"add":16}`; undefined when it is malformed. */
export function readGrant({ headers, data }: WireMessage): { readonly call: string; readonly add: number } | undefined {
  const call = headers.get(headerNames.call);
  const add = addIn(data);
  return call === undefined || add === undefined ? undefined : { call, add };
}

function addIn(data: Uint8Array): number | undefined {
  try {
    const body = jsonCodec.decode(data, { maxBytes: MAX_GRANT_BYTES });
    const add = isRecord(body) ? body['add'] : undefined;
    return typeof add === 'number' && isCredit(add) ? add : undefined;
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}
