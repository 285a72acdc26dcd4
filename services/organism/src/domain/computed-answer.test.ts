import { expect, test } from 'vitest';
import { computedAnswer } from './computed-answer.ts';

const NOW = Date.parse('2026-11-22T10:30:00.000Z');

test.each([
  ['What is 2 + 2?', '4'],
  ['what is 12 times (3 minus 1)?', '24'],
  ['How much is 10 divided by 4', '2.5'],
  ['2^10 =', '1024'],
  ['calculate 3 × 4', '12'],
  ['What time is it?', '2026-11-22T10:30:00.000Z'],
  ["What's the current time in UTC?", '2026-11-22T10:30:00.000Z'],
  ['What is the date today?', '2026-11-22'],
  ['what day is it tomorrow', '2026-11-23'],
  ['What day of the week is 2026-11-22?', 'Sunday'],
  ['what weekday was 1970-01-01?', 'Thursday'],
  ['what weekday was 1969-12-31?', 'Wednesday'],
  ['How many days between 2024-02-28 and 2024-03-01?', '2'],
  ['How many days are between today and 2026-12-24?', '32'],
  ['What is the date 10 days after 2026-02-20?', '2026-03-02'],
  ['what is 2 weeks before today?', '2026-11-08'],
])('%s %s', (question, answer) => expect(computedAnswer(question, NOW)).toBe(answer));

test.each([
  'What is 1 / 0?',
  'what is 2026-11-22?'.replace('2026-11-22', '42'),
  'How many days between 2023-02-29 and today?',
  'What day of the week is 2026-13-01?',
  'What time does the shop open?',
  'What is the date of the launch?',
  'Which pump is loud?',
  '',
])('%s is not computed', (question) => expect(computedAnswer(question, NOW)).toBeUndefined());
