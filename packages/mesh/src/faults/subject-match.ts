/** True when `pattern` (with `*` for one token and a final `>` for the rest) covers `subject`. */
export function subjectMatches(pattern: string, subject: string): boolean {
  if (!/[*>]/.test(pattern)) return pattern === subject;
  const wanted = pattern.split('.');
  const tokens = subject.split('.');
  for (const [i, want] of wanted.entries()) {
    if (want === '>') return i < tokens.length;
    if (i >= tokens.length || (want !== '*' && want !== tokens[i])) return false;
  }
  return wanted.length === tokens.length;
}
