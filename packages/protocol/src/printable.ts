/** Well-formed text without control characters, cut to `limit` characters. */
export function printable(text: string, limit: number): string {
  // A control character in a header or a terminal is an injection.
  const clean = text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').trim();
  // Cut in the middle of a surrogate pair, here or by whoever quoted it, it would be no text any more.
  return (clean.length <= limit ? clean : `${clean.slice(0, limit - 1)}…`).toWellFormed();
}
