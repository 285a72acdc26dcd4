/** Chance, handed in. */
export interface Random {
  /** One uniform draw in [0, 1). */
  next(): number;
}

/** `length` random characters out of `alphabet`. */
export function randomText(random: Random, alphabet: string, length: number): string {
  let text = '';
  for (let i = 0; i < length; i++) text += alphabet[Math.floor(random.next() * alphabet.length)];
  return text;
}
