import { ok } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import { type Log, silentLog } from '../log/log.ts';
import { hostSample } from '../testing/host-sample.ts';
import { sample } from '../testing/sample-service.ts';

const CONFIG = { name: 'config', doc: '', storage: 'file', history: 10, maxAgeMs: 0 } as const;

async function start(handlers: Partial<Record<keyof typeof sample.endpoints, unknown>> = {}) {
  const warned: unknown[] = [];
  const log: Log = { ...silentLog, warn: (...line: unknown[]) => void warned.push(line) };
  const bed = hostSample({ log, handlers, running: { limits: { deaf: { fixed: 2 } } } });
  await bed.clock.advance(0);
  const bucket = bed.caller.kv.bucket(CONFIG);
  const put = async (key: string, text: string) => {
    await bucket.put(key, new TextEncoder().encode(text));
    await bed.clock.advance(0);
  };
  const remove = async (key: string) => {
    await bucket.delete(key);
    await bed.clock.advance(0);
  };
  return { ...bed, warned, put, remove };
}

test('a limit is changed while everything runs, the most specific key wins, and taking it away brings back the usual one', async () => {
  const { hosted, put, remove } = await start();
  expect(hosted.info().limits).toEqual({ echo: 20, slow: 20, deaf: 2, careful: 20 });
  await put('sample.limit', '7');
  await put('sample.echo.limit', '3');
  await put('sample.slow.limit', 'adaptive');
  expect(hosted.info().limits).toEqual({ echo: 3, slow: 20, deaf: 7, careful: 7 });
  await remove('sample.limit');
  await remove('sample.echo.limit');
  expect(hosted.info().limits).toEqual({ echo: 20, slow: 20, deaf: 2, careful: 20 });
});

test('a larger limit starts who waits', async () => {
  const { caller, seen, put, clock } = await start();
  await put('sample.slow.limit', '1');
  const client = caller.client(sample);
  const replies = [client.slow({}), client.slow({})];
  await clock.advance(10);
  expect(seen.slow).toBe(1);
  await put('sample.slow.limit', '2');
  expect(seen.slow).toBe(2);
  await clock.advance(100);
  expect(await Promise.all(replies)).toMatchObject([{ ok: true }, { ok: true }]);
});

test('mesh.A24: a bad value keeps the last good one, and log, metric, event and health say so', async () => {
  const { hosted, put, warned, metrics, caller, clock } = await start();
  const events: string[] = [];
  caller.transport.subscribe('test.evt.sample.config_rejected', ({ data }) => {
    events.push(new TextDecoder().decode(data));
  });
  await put('sample.echo.limit', '3');
  await put('sample.echo.limit', '0');
  await put('sample.echo.limmit', '5');
  await clock.advance(10);
  expect(hosted.info().limits).toMatchObject({ echo: 3 });
  const misspelt = 'setting sample.echo.limmit is not used: nobody knows the knob limmit; did you mean limit?';
  expect(hosted.health()).toMatchObject({
    degraded: true,
    degraded_by: ['setting sample.echo.limit is not used: must be 1 to 10000, or adaptive', misspelt],
  });
  expect(metrics.text()).toContain('seedcore_config_rejected_total 2');
  expect(warned).toMatchObject([
    [{ key: 'sample.echo.limit' }, 'a setting is not used; the last good one holds'],
    [{ key: 'sample.echo.limmit' }, 'a setting is not used; the last good one holds'],
  ]);
  expect(events.map((text) => JSON.parse(text))).toMatchObject([
    { key: 'sample.echo.limit', instance: 'one' },
    { key: 'sample.echo.limmit' },
  ]);
  await put('sample.echo.limit', '4');
  expect(hosted.health().degraded_by).toEqual([misspelt]);
});

test('the level of the log follows its knob', async () => {
  const { levels, put, remove } = await start();
  await put('mesh.log_level', 'debug');
  await put('sample.log_level', 'loud');
  await remove('mesh.log_level');
  expect(levels).toEqual(['debug', undefined]);
});

test('how outputs are checked follows its knob: internal where all are, noted where one in a hundred is', async () => {
  const { put, remove, caller, metrics } = await start({ echo: () => ok({ text: 7 }) });
  let asked = 0;
  const echo = () =>
    new Promise<string>((resolve) => {
      const reply = `_INBOX.plain.${asked++}`;
      caller.transport.subscribe(reply, ({ data }) => resolve(new TextDecoder().decode(data)));
      caller.transport.publish('test.svc.sample.echo', new Uint8Array(0), { reply });
    });
  expect(await echo()).toContain('"internal"');
  await put('sample.echo.check_output', 'sampled');
  expect(await echo()).toBe('{"text":7}');
  expect(metrics.text()).toContain('seedcore_refused_total{endpoint="echo",reason="output_mismatch"} 1');
  await remove('sample.echo.check_output');
  expect(await echo()).toContain('"internal"');
});
