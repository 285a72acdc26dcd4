import { stripVTControlCharacters } from 'node:util';

/** Columns a text takes on a terminal, colours not counted. */
export function widthOf(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}

/** Pads with spaces on the right to `width` columns. */
export function padRight(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** Pads with spaces on the left to `width` columns. */
export function padLeft(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text;
}

/** Cuts a text to `width` columns, the last one an ellipsis; what is coloured as a whole stays coloured. */
export function clip(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const bare = stripVTControlCharacters(text);
  const shown = width <= 0 ? '' : `${[...bare].slice(0, width - 1).join('')}…`;
  return text.includes(bare) ? text.replace(bare, () => shown) : shown;
}
