/** Text without control characters, cut to `limit` characters. */
export function printable(text: string, limit: number): string {
  // A control character in a header or a terminal is an injection.
  const clean = text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').trim();
  return clean.length <= limit ? clean : `${clean.slice(0, limit - 1)}…`;
}
