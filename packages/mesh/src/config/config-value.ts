import { isToken, type Validated } from '@seedcore/protocol';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** What an operator wrote: JSON or a bare word, as in `isolate`; undefined when it is empty, which means: no value. */
export function configValue(bytes: Uint8Array): Validated<unknown> {
  const text = textOf(bytes);
  if (text === undefined) return problem('is not UTF-8');
  if (text === '') return { ok: true, value: undefined };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return isToken(text) ? { ok: true, value: text } : problem('is neither JSON nor a bare word');
  }
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes).trim();
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

const problem = (message: string): Validated<unknown> => ({ ok: false, problems: [{ field: '', message }] });
