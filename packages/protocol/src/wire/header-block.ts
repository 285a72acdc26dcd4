const VERSION_LINE = 'NATS/1.0\r\n';

/** A whole block of headers as it travels, out of lines that each end in CR LF. */
export const headerBlock = (lines: string): string => `${VERSION_LINE}${lines}\r\n`;

/** The pairs in a block that {@link headerBlock} made. */
export function pairsOfBlock(block: string): readonly (readonly [string, string])[] {
  return block
    .slice(VERSION_LINE.length)
    .split('\r\n')
    .filter((line) => line !== '')
    .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)] as const);
}
