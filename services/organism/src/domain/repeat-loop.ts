import { canonicalJson, sha256 } from '@seedcore/protocol';

/** Calls looked back on. */
export const REMEMBERED_CALLS = 10;
/** Equal calls with equal results that make a loop, and equal calls whatever they bring. */
const SAME_RESULT = 3;
const SAME_CALL = 10;

/** One call of a tool as a segment told of it: its name, and what it was given and brought, as hashes. */
export type ToolCall = { readonly tool: string; readonly args: string; readonly result: string };

/** A call of a tool, made comparable: the order of fields does not matter. */
export const toolCall = (call: {
  readonly tool: string;
  readonly args?: unknown;
  readonly result?: unknown;
}): ToolCall => ({
  tool: call.tool,
  args: hashed(call.args),
  result: hashed(call.result),
});

const hashed = (value: unknown): string => (value === undefined ? '' : sha256(canonicalJson(value)));

/**
 * Tells whether a run goes in circles: the newest call is one of three of the last ten with the same tool, arguments and
 * result, or all ten have the same tool and arguments.
 *
 * @param calls oldest first
 * @returns why, in words; undefined when it does not
 */
export function repeatLoop(calls: readonly ToolCall[]): string | undefined {
  const last = calls.at(-1);
  if (last === undefined) return undefined;
  const same = calls.slice(-REMEMBERED_CALLS).filter(({ tool, args }) => tool === last.tool && args === last.args);
  const equal = same.filter(({ result }) => result === last.result).length;
  if (equal >= SAME_RESULT) return `${last.tool} called ${equal} times with the same arguments and result`;
  if (same.length >= SAME_CALL) return `${last.tool} called ${same.length} times in a row with the same arguments`;
  return undefined;
}
