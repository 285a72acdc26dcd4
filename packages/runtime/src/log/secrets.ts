import { type Codec, CodecError, isRecord } from '@seedcore/protocol';

/** What stands in for a secret. */
const HIDDEN = '[hidden]';
/** A shorter text is in so many others that hiding it would make them unreadable. */
const SHORTEST = 3;
/** Most secrets looked for in one request. */
const MAX_SECRETS = 100;

/** A request as it came in. */
export type Received = { readonly data: Uint8Array; readonly codec: Codec; readonly maxBytes: number };

/**
 * Hides in a text what a request carried in fields with one of `names`: whoever throws an error may quote its input.
 * Only asked for where something went wrong, so the body is read once more instead of being kept.
 */
export function hideSecrets(text: string, received: Received, names: ReadonlySet<string>): string {
  if (names.size === 0) return text;
  let hidden = text;
  for (const secret of secretsIn(bodyOf(received), names)) hidden = hidden.replaceAll(secret, HIDDEN);
  return hidden;
}

function bodyOf({ data, codec, maxBytes }: Received): unknown {
  try {
    return codec.decode(data, { maxBytes });
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}

function secretsIn(body: unknown, names: ReadonlySet<string>): readonly string[] {
  const found: string[] = [];
  collect(body, { names, secret: false, found });
  return found.sort((a, b) => b.length - a.length);
}

type Search = { readonly names: ReadonlySet<string>; readonly secret: boolean; readonly found: string[] };

function collect(node: unknown, search: Search): void {
  const { names, secret, found } = search;
  if (found.length >= MAX_SECRETS) return;
  if (typeof node === 'string' && secret && node.length >= SHORTEST) found.push(node);
  else if (Array.isArray(node)) for (const inner of node) collect(inner, search);
  else if (isRecord(node))
    for (const [name, inner] of Object.entries(node))
      collect(inner, { names, secret: secret || names.has(name), found });
}
