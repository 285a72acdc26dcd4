/** Columns of the bar itself. */
const WIDTH = 24;

/** How far something is, as a bar with its percentage: `████████░░░░ 40 %`. `share` beyond 0 to 1 is cut. */
export function progressBar(share: number): string {
  const done = Math.min(1, Math.max(0, share));
  const full = Math.floor(done * WIDTH);
  return `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${Math.floor(100 * done)} %`;
}
