import type { Emitted, Remembered } from '../domain/skill-end.ts';

/** Most events and memories of one run, and most bytes of all of them as JSON. */
export const MAX_BUFFERED = 100;
export const MAX_BUFFERED_BYTES = 49_152;
/** Longest key of a working item, in bytes, and longest text of a memory, in characters: what state takes. */
const MAX_KEY_BYTES = 256;
const MAX_TEXT = 8192;
const KIND = /^[a-z][a-z0-9_-]{0,63}$/;

/** What a run wants to be heard and kept if it counts; as JSON from the moment it is said, so that nothing changes it afterwards. */
export class Buffered {
  readonly #emitted: Emitted[] = [];
  readonly #remembered: Remembered[] = [];
  readonly #items = new Map<string, unknown>();
  #bytes = 2;

  /** An event. @throws TypeError when it is none, or too many or too much of it all */
  emit(kind: string, data: unknown): void {
    if (!KIND.test(kind)) throw new TypeError(`emit: "${kind.slice(0, 64)}" is no kind of event`);
    const event: Emitted = { kind, data: asJson(`emit ${kind}`, data) };
    this.#count('emit', event);
    this.#emitted.push(event);
  }

  /** A working item. @throws TypeError when it is none, or too much of it all */
  put(key: string, value: unknown): void {
    const bytes = Buffer.byteLength(key);
    if (bytes < 1 || bytes > MAX_KEY_BYTES || !key.isWellFormed())
      throw new TypeError(`memory.put: a key has 1 to ${MAX_KEY_BYTES} bytes`);
    const item: Remembered = { as: 'item', key, value: asJson(`memory.put ${key}`, value) };
    this.#count('memory.put', item);
    this.#remembered.push(item);
    this.#items.set(key, item.value);
  }

  /** Something to be remembered. @throws TypeError when it is no text, or too much of it all */
  remember(text: string): void {
    if (text.length < 1 || text.length > MAX_TEXT)
      throw new TypeError(`memory.remember: a text has 1 to ${MAX_TEXT} characters`);
    const memory: Remembered = { as: 'memory', text };
    this.#count('memory.remember', memory);
    this.#remembered.push(memory);
  }

  /** A working item as this run has put it last; undefined when it has not. */
  item(key: string): { readonly value: unknown } | undefined {
    return this.#items.has(key) ? { value: this.#items.get(key) } : undefined;
  }

  /** All events, in order. */
  get emitted(): readonly Emitted[] {
    return this.#emitted;
  }

  /** All items and memories, in order. */
  get remembered(): readonly Remembered[] {
    return this.#remembered;
  }

  #count(what: string, one: Emitted | Remembered): void {
    this.#bytes += Buffer.byteLength(JSON.stringify(one)) + 1;
    const many = this.#emitted.length + this.#remembered.length;
    if (many >= MAX_BUFFERED) throw new TypeError(`${what}: more than ${MAX_BUFFERED} events and memories`);
    if (this.#bytes > MAX_BUFFERED_BYTES) throw new TypeError(`${what}: more than ${MAX_BUFFERED_BYTES} bytes`);
  }
}

function asJson(what: string, value: unknown): unknown {
  const text = JSON.stringify(value ?? null);
  if (text === undefined) throw new TypeError(`${what}: its data is no JSON`);
  return JSON.parse(text);
}
