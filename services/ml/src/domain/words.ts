/** The words of a text: runs of letters, marks and digits, in lower case, in order, compatibility forms folded. */
export function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  );
}
