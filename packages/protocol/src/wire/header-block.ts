import { BYTES_BESIDE_FIELD, HeaderFields, malformedHeaders, type WireHeaders } from './wire-headers.ts';

const VERSION = 'NATS/1.0';
const LINE_END = '\r\n';

/** A whole block of headers as it travels, out of lines that each end in CR LF. */
export const headerBlock = (lines: string): string => VERSION + LINE_END + lines + LINE_END;

/** A block that was received: its headers, and the status of its first line where the broker speaks for itself. */
export type ReadBlock = { readonly headers: WireHeaders; readonly status: number | undefined };

/**
 * Reads the block in the first `length` bytes. A line without a colon says nothing; a name with a space in it or a line
 * break within a line makes the whole block malformed.
 *
 * @source ADR-4 of the NATS architecture; text is UTF-8, spaces around a value are no part of it
 */
export function readHeaderBlock(bytes: Uint8Array, length = bytes.length): ReadBlock {
  const text = textOf(bytes, length);
  const fields: string[] = [];
  let end = lineEnd(text, 0);
  const status = end === VERSION.length ? undefined : statusIn(text.slice(0, end));
  for (let start = end + LINE_END.length; start < text.length; start = end + LINE_END.length) {
    end = lineEnd(text, start);
    if (end === BROKEN) return { headers: malformedHeaders, status };
    const colon = text.indexOf(':', start);
    if (colon === -1 || colon >= end) continue;
    const name = nameAt(text, start, { end: colon, place: fields.length / 2 });
    if (name === undefined) return { headers: malformedHeaders, status };
    fields.push(name, trimmed(text, colon + 1, end));
  }
  return { headers: new HeaderFields(fields, bytesOf(length, fields.length / 2)), status };
}

/** The pairs in a block that {@link headerBlock} made. */
export function pairsOfBlock(block: string): readonly (readonly [string, string])[] {
  const { fields } = readHeaderBlock(Buffer.from(block, 'latin1')).headers;
  return fields.flatMap((name, i) => (i % 2 === 0 ? [[name, fields[i + 1] ?? ''] as const] : []));
}

const NAME = /^[!-9;-~]*$/;
const SPACE = 0x20;
const BROKEN = -1;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function textOf(bytes: Uint8Array, length: number): string {
  return Buffer.isBuffer(bytes) ? bytes.toString('utf8', 0, length) : decoder.decode(bytes.subarray(0, length));
}

/** Where the line from `start` ends; a CR or LF that is no line end breaks it. */
function lineEnd(text: string, start: number): number {
  const feed = text.indexOf('\n', start);
  const carriage = text.indexOf('\r', start);
  if (feed === -1 && carriage === -1) return text.length;
  return carriage !== -1 && feed === carriage + 1 ? carriage : BROKEN;
}

/** Names by place as they were last: nearly all messages have the same ones in the same order, which saves making them anew. */
const lastNames: string[] = [];
const MOST_PLACES = 16;

type Place = { readonly end: number; readonly place: number };

function nameAt(text: string, start: number, { end, place }: Place): string | undefined {
  const last = lastNames[place];
  if (last !== undefined && last.length === end - start && text.startsWith(last, start)) return last;
  const name = text.slice(start, end);
  if (!NAME.test(name)) return undefined;
  // A copy: the part of a text keeps all of it.
  if (place < MOST_PLACES) lastNames[place] = Buffer.from(name, 'latin1').toString('latin1');
  return name;
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
