import { expect, test } from 'vitest';
import { MAX_SERIES, openMetrics } from './metrics.ts';

/** The lines of one metric. */
const linesOf = (text: string, name: string) => text.split('\n').filter((line) => line.startsWith(name));

test('counters and gauges are one line per set of labels, escaped', () => {
  const metrics = openMetrics();
  const served = metrics.counter({ name: 'served_total', help: 'Meals.', labels: ['dish'] });
  served.add({ dish: 'soup' });
  served.of({ dish: 'soup' }).add(2);
  served.add({ dish: 'a "b" \\ \n' });
  expect(linesOf(metrics.text(), 'served_total')).toEqual([
    'served_total{dish="soup"} 3',
    'served_total{dish="a \\"b\\" \\\\ \\n"} 1',
  ]);
  expect(metrics.text()).toContain('# HELP served_total Meals.\n# TYPE served_total counter\n');
});

test('a gauge with a reader is asked at every scrape', () => {
  const metrics = openMetrics();
  let guests = 1;
  metrics.gauge({ name: 'guests', help: 'Present.' }, (set) => set({}, guests));
  expect(linesOf(metrics.text(), 'guests')).toEqual(['guests 1']);
  guests = 5;
  expect(linesOf(metrics.text(), 'guests')).toEqual(['guests 5']);
});

test('a histogram counts what is at most each bound', () => {
  const metrics = openMetrics();
  const waited = metrics.histogram({ name: 'waited_seconds', help: 'Time.' });
  for (const seconds of [0.001, 0.002, 0.3, 500]) waited.observe({}, seconds);
  const lines = linesOf(metrics.text(), 'waited_seconds');
  expect(lines).toContain('waited_seconds_bucket{le="0.001"} 1');
  expect(lines).toContain('waited_seconds_bucket{le="0.0025"} 2');
  expect(lines).toContain('waited_seconds_bucket{le="0.5"} 3');
  expect(lines).toContain('waited_seconds_bucket{le="120"} 3');
  expect(lines.slice(-3)).toEqual([
    'waited_seconds_bucket{le="+Inf"} 4',
    'waited_seconds_sum 500.303',
    'waited_seconds_count 4',
  ]);
});

test('above two thousand series new ones are dropped and counted, known ones go on', () => {
  const metrics = openMetrics();
  const seen = metrics.counter({ name: 'seen_total', help: 'Seen.', labels: ['n'] });
  for (let n = 0; n < MAX_SERIES + 10; n++) seen.add({ n: String(n) });
  seen.add({ n: '0' });
  const text = metrics.text();
  // One series is the counter of the dropped ones itself.
  expect(linesOf(text, 'seen_total')).toHaveLength(MAX_SERIES - 1);
  expect(text).toContain('seedcore_series_dropped_total 11');
  expect(text).toContain('seen_total{n="0"} 2');
});

test('a name is used once', () => {
  const metrics = openMetrics();
  metrics.gauge({ name: 'once', help: 'Once.' });
  expect(() => metrics.counter({ name: 'once', help: 'Twice.' })).toThrow('"once" exists already');
});
