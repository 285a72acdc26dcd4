import { BYTES_BESIDE_FIELD, HeaderFields, malformedHeaders, type WireHeaders } from './wire-headers.ts';

const VERSION = 'NATS/1.0';
const LINE_END = '\r\n';

/** A whole block of headers as it travels, out of lines that each end in CR LF. */
export const headerBlock = (lines: string): string => VERSION + LINE_END + lines + LINE_END;

/** A block that was received: its headers, and the status of its first line where the broker speaks for itself. */
export type ReadBlock = { readonly headers: WireHeaders; readonly status: number | undefined };

/**
 * Reads a block of headers. A line without a colon says nothing; a name with a space in it or a line break in a value
 * makes the whole block malformed.
 *
 * @source ADR-4 of the NATS architecture; text is UTF-8, spaces around a value are no part of it
 */
export function readHeaderBlock(bytes: Uint8Array): ReadBlock {
  const text = textOf(bytes);
  const fields: string[] = [];
  let end = lineEnd(text, 0);
  const status = end === VERSION.length ? undefined : statusIn(text.slice(0, end));
  for (let start = end + LINE_END.length; start < text.length; start = end + LINE_END.length) {
    end = lineEnd(text, start);
    const colon = text.indexOf(':', start);
    if (colon === -1 || colon >= end) continue;
    const name = text.slice(start, colon);
    const value = trimmed(text, colon + 1, end);
    if (!NAME.test(name) || LINE_BREAK.test(value)) return { headers: malformedHeaders, status };
    fields.push(name, value);
  }
  return { headers: new HeaderFields(fields, bytesOf(bytes.length, fields.length / 2)), status };
}

/** The pairs in a block that {@link headerBlock} made. */
export function pairsOfBlock(block: string): readonly (readonly [string, string])[] {
  const { fields } = readHeaderBlock(Buffer.from(block, 'latin1')).headers;
  return fields.flatMap((name, i) => (i % 2 === 0 ? [[name, fields[i + 1] ?? ''] as const] : []));
}

const NAME = /^[!-9;-~]*$/;
const LINE_BREAK = /[\r\n]/;
const SPACE = 0x20;

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

function lineEnd(text: string, start: number): number {
  const end = text.indexOf(LINE_END, start);
  return end === -1 ? text.length : end;
}

/** Nearly all have one space in front and none behind. */
function trimmed(text: string, start: number, end: number): string {
  const value = text.slice(text.charCodeAt(start) === SPACE ? start + 1 : start, end);
  return value.trim();
}

function statusIn(line: string): number | undefined {
  const status = Number.parseInt(line.slice(VERSION.length), 10);
  return Number.isNaN(status) ? undefined : status;
}

/** Version line and the empty line at the end are not the sender's. */
function bytesOf(block: number, fields: number): number {
  const frame = VERSION.length + 2 * LINE_END.length;
  return Math.max(fields * BYTES_BESIDE_FIELD, block - frame);
}
