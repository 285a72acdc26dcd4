import { expect, test } from 'vitest';
import { progressBar } from './progress-bar.ts';

test.each([
  [0, `${'░'.repeat(24)} 0 %`],
  [0.5, `${'█'.repeat(12)}${'░'.repeat(12)} 50 %`],
  [0.999, `${'█'.repeat(23)}░ 99 %`],
  [1, `${'█'.repeat(24)} 100 %`],
  [4, `${'█'.repeat(24)} 100 %`],
  [-3, `${'░'.repeat(24)} 0 %`],
])('%d is %s', (pct, bar) => {
  expect(progressBar(pct)).toBe(bar);
});
