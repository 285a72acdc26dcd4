/** Shorter coincidences are words of the language. */
const LEAST_RUN = 12;

/** What is longer is looked for at its beginning and at its end. */
const LOOKED_AT = 8_192;

/** How many characters of `message` are runs of at least twelve that stand in `sent` as well. */
export function repeatedCharacters(message: string, sent: string): number {
  const input = sent.length <= 2 * LOOKED_AT ? sent : `${sent.slice(0, LOOKED_AT)} ${sent.slice(-LOOKED_AT)}`;
  let repeated = 0;
  for (let at = 0; at + LEAST_RUN <= message.length; ) {
    const run = runAt(message, at, input);
    repeated += run;
    at += Math.max(1, run);
  }
  return repeated;
}

function runAt(message: string, at: number, input: string): number {
  if (!input.includes(message.slice(at, at + LEAST_RUN))) return 0;
  let length = LEAST_RUN;
  while (at + length < message.length && input.includes(message.slice(at, at + length + 1))) length += 1;
  return length;
}
