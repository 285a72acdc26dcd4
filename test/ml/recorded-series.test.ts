import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../support/program.ts';
import { startMesh, type TestMesh } from '../support/test-mesh.ts';

/** Labelled series of the Numenta Anomaly Benchmark, beside the project where there are any. */
const folder = join(root, '../shared/data/nab');
const present = existsSync(folder);
if (!present) console.warn(`skipped: no recorded series in ${folder}`);

type Row = { readonly time: string; readonly value: number };

function rowsOf(file: string): Row[] {
  const lines = readFileSync(join(folder, file), 'utf8').trim().split('\n').slice(1);
  return lines.map((line) => {
    const [time = '', value = ''] = line.split(',');
    return { time: `${time.slice(0, 19).replace(' ', 'T')}Z`, value: Number(value) };
  });
}

describe.skipIf(!present)('recorded series, over the wire', () => {
  let mesh: TestMesh;
  beforeAll(async () => {
    mesh = await startMesh({ services: ['ml'] });
  });
  afterAll(() => mesh?.stop());

  async function anomalousTimes(file: string): Promise<string[]> {
    const rows = rowsOf(file);
    const input = { data: rows.map(({ value }) => value), timestamps: rows.map(({ time }) => time) };
    const { code, body } = await mesh.call('ml', 'detect_anomaly', input);
    expect(code, JSON.stringify(body)).toBeUndefined();
    return body.points.map(({ index }: { index: number }) => rows[index]?.time);
  }

  test.each(['art_daily_no_noise', 'art_daily_small_noise', 'art_noisy'])(
    'four thousand values of %s are clean',
    async (name) => expect(await anomalousTimes(`artificialNoAnomaly/${name}.csv`)).toEqual([]),
  );

  test.each([
    ['artificialWithAnomaly/art_daily_jumpsup.csv', '2014-04-10T16:15:00Z', '2014-04-12T01:45:00Z'],
    ['realKnownCause/ec2_request_latency_system_failure.csv', '2014-03-14T03:31:00Z', '2014-03-21T03:41:00Z'],
  ])('what is found in %s lies where people saw it', async (file, from, to) => {
    const times = await anomalousTimes(file);
    expect(times.length).toBeGreaterThan(0);
    expect(times.filter((time) => time < from || time > to)).toEqual([]);
  });
});
