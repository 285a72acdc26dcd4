import { expect, test } from 'vitest';
import { progressBar } from './progress-bar.ts';

test.each([
  [0, `${'░'.repeat(24)} 0 %`],
  [50, `${'█'.repeat(12)}${'░'.repeat(12)} 50 %`],
  [99.9, `${'█'.repeat(23)}░ 99 %`],
  [100, `${'█'.repeat(24)} 100 %`],
  [400, `${'█'.repeat(24)} 100 %`],
  [-3, `${'░'.repeat(24)} 0 %`],
])('%d %% is %s', (pct, bar) => {
  expect(progressBar(pct)).toBe(bar);
});
