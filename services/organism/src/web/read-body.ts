import type { Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Incoming } from './connector.ts';

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** How bodies may be compressed, as a request says. */
export const ENCODINGS = 'gzip, deflate, br';

/** An answer is compressed in a way nobody asked for. */
export class UnknownEncoding extends Error {
  override readonly name = 'UnknownEncoding';
}

/**
 * Reads a body to its end, decompressed, as long as it stays within `maxBytes`.
 *
 * @returns undefined when there is more
 * @throws Error when it breaks off or cannot be decompressed; UnknownEncoding
 */
export async function readBody(
  { headers, body }: Pick<Incoming, 'headers' | 'body'>,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const onAbort = () => void body.destroy(new Error('it took too long'));
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    for await (const chunk of decoded(body, headers['content-encoding'])) {
      bytes += chunk.length;
      if (bytes > maxBytes) return undefined;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks, bytes);
  } finally {
    signal.removeEventListener('abort', onAbort);
    body.destroy();
  }
}

function decoded(body: Readable, encoding = 'identity'): AsyncIterable<Uint8Array> {
  const name = encoding.trim().toLowerCase();
  if (name === 'identity' || name === '') return body;
  const decoder = Object.hasOwn(DECODERS, name) ? DECODERS[name]?.() : undefined;
  if (decoder === undefined) throw new UnknownEncoding(`its content-encoding is ${name.slice(0, 40)}`);
  body.on('error', (cause) => decoder.destroy(cause));
  return body.pipe(decoder);
}
