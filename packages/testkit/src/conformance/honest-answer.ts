import {
  type Codec,
  type Endpoint,
  errorBody,
  headerNames,
  validate,
  type WireHeaders,
  wireOutput,
} from '@seedcore/protocol';

/** A reply as it came over the wire. */
export type Replied = { readonly headers: WireHeaders; readonly data: Uint8Array };

/** Errors of the mesh that say the work could not be done just now are honest answers as well. */
const HONEST: readonly string[] = ['deadline_exceeded', 'unavailable', 'timeout', 'rate_limited'];

/**
 * Checks that a reply is a value that fits the contract, a failure it declares, or says that it cannot be done just now.
 *
 * @throws Error naming what is wrong with the reply
 */
export function mustBeHonest(reply: Replied, codec: Codec, endpoint: Endpoint): void {
  const isError = reply.headers.get(headerNames.errorCode) !== undefined;
  if (isError) mustBe(reply, codec, [...Object.keys(endpoint.failures), ...HONEST]);
  else mustFit(reply, codec, endpoint);
}

function mustFit({ data }: Replied, codec: Codec, endpoint: Endpoint): void {
  const checked = validate(wireOutput(endpoint), codec.decode(data, { maxBytes: endpoint.maxBytes }));
  if (!checked.ok) throw new Error(`the reply does not fit: ${JSON.stringify(checked.problems)}`);
}

/**
 * Checks that a reply is an error with one of the given codes.
 *
 * @throws Error naming the code it has
 */
export function mustBe(reply: Replied, codec: Codec, expected: readonly string[]): void {
  const { error } = errorBody.parse(codec.decode(reply.data, { maxBytes: 1_000_000 }));
  if (!expected.includes(error.code)) throw new Error(`answered ${error.code}: ${error.message}`);
}
