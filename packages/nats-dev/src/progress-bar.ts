/** Where a download stands. */
export interface Transfer {
  readonly received: number;
  readonly total?: number | undefined;
  readonly elapsedMs: number;
}

const megabyte = 1_000_000;

/** One line on a transfer: bar, MB, percent, MB/s, time left. */
export function progressBar({ received, total, elapsedMs }: Transfer): string {
  const rate = received / Math.max(1, elapsedMs);
  const speed = `${((rate * 1000) / megabyte).toFixed(1)} MB/s`;
  if (!total) return `${(received / megabyte).toFixed(1)} MB  ${speed}`;
  const share = Math.min(1, received / total);
  const bar = '█'.repeat(Math.round(share * 20)).padEnd(20, '░');
  const left = Math.ceil((total - received) / Math.max(rate, 1e-9) / 1000);
  const size = `${(received / megabyte).toFixed(1)}/${(total / megabyte).toFixed(1)} MB`;
  return `${bar} ${size} ${Math.floor(share * 100)} %  ${speed}  ${left} s left`;
}

/** The tenth of the whole a transfer has reached, 0 to 10; 0 while the whole is unknown. */
export function tenths({ received, total }: Pick<Transfer, 'received' | 'total'>): number {
  return total ? Math.floor((received / total) * 10) : 0;
}
