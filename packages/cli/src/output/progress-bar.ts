/** Columns of the bar itself. */
const WIDTH = 24;

/** How far something is, as a bar with its percentage: `████████░░░░ 40 %`. `pct` beyond 0 to 100 is cut. */
export function progressBar(pct: number): string {
  const share = Math.min(100, Math.max(0, pct));
  const full = Math.floor((share / 100) * WIDTH);
  return `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${Math.floor(share)} %`;
}
