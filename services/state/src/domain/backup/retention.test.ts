import { expect, test } from 'vitest';
import { outdated } from './retention.ts';

const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 9, 1, 2);

test('of daily backups seven days and four weeks stay, however long it goes on', () => {
  let kept: { name: string; created_at: string; origin: 'scheduled' }[] = [];
  for (let day = 0; day < 54; day++) {
    const created_at = new Date(START + day * DAY_MS).toISOString();
    kept.push({ name: created_at.slice(5, 10), created_at, origin: 'scheduled' });
    const gone = new Set(outdated(kept));
    kept = kept.filter(({ name }) => !gone.has(name));
  }
  // The last one is of Monday the 23rd; Sundays end their weeks.
  expect(kept.map(({ name }) => name)).toEqual([
    ...['11-08', '11-15', '11-17', '11-18', '11-19', '11-20', '11-21', '11-22', '11-23'],
  ]);
});

test('of those asked for the newest twenty stay, of those before restores the newest ten', () => {
  const many = (origin: 'asked' | 'safety') =>
    Array.from({ length: 25 }, (_, i) => ({
      ...{ name: `${origin}-${i}`, origin },
      created_at: new Date(START + i).toISOString(),
    }));
  const gone = outdated([...many('asked'), ...many('safety')]);
  expect(gone.filter((name) => name.startsWith('asked'))).toHaveLength(5);
  expect(gone.filter((name) => name.startsWith('safety'))).toHaveLength(15);
  expect(gone).not.toContain('asked-24');
});
