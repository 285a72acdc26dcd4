/** Shorter coincidences are words of the language. */
const LEAST_RUN = 12;

/** How many characters of `message` are runs of at least twelve that stand in `input` as well. */
export function repeatedCharacters(message: string, input: string): number {
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
