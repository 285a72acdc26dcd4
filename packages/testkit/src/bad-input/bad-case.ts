import { isRecord } from '@seedcore/protocol';
import type { Script } from './script.ts';

/** The door a case comes in by. */
export type Via =
  | 'json'
  | 'msgpack'
  | 'text'
  | 'headers'
  | 'header block'
  | 'reply'
  | 'subject'
  | 'publish'
  | 'group'
  | 'tcp';

/** What is right: a code of the error table, `ok`, or how a message ends that gets no answer. */
export type Expected = {
  readonly code: string;
  /** JSON Pointer into the body, or the name of a header; absent where it depends on the endpoint. */
  readonly field?: string;
  /** Who refuses: the decoder unless the contract is named. */
  readonly by?: 'contract';
};

/** One bad input as its data file writes it. */
export type BadCase = {
  readonly name: string;
  readonly via: Via;
  /** Hex digits, in pairs. */
  readonly bytes?: string;
  /** A text, or pairs of headers. */
  readonly value?: unknown;
  readonly script?: Script;
  /** What is stored among the large bodies while the case runs; `<example>` is what the endpoint would take. */
  readonly object?: string;
  readonly expect: Expected;
  readonly why: string;
};

const DOORS: ReadonlySet<unknown> = new Set<Via>([
  'json',
  'msgpack',
  'text',
  'headers',
  'header block',
  'reply',
  'subject',
  'publish',
  'group',
  'tcp',
]);

/**
 * Reads one family of the corpus.
 *
 * @throws TypeError naming the first case that is malformed or named twice
 */
export function readCases(file: string): readonly BadCase[] {
  const cases: unknown = JSON.parse(file);
  if (!Array.isArray(cases)) throw new TypeError('a family is an array of cases');
  const names = new Set<string>();
  return cases.map((one: unknown) => {
    if (!isCase(one)) throw new TypeError(`not a case: ${JSON.stringify(one).slice(0, 200)}`);
    if (names.has(one.name)) throw new TypeError(`two cases are named "${one.name}"`);
    names.add(one.name);
    return one;
  });
}

function isCase(one: unknown): one is BadCase {
  if (!isRecord(one) || !isRecord(one['expect'])) return false;
  const inputs = ['bytes', 'value', 'script'].filter((key) => key in one);
  const texts = [one['name'], one['why'], one['expect']['code']];
  return inputs.length === 1 && DOORS.has(one['via']) && texts.every((text) => typeof text === 'string' && text !== '');
}
