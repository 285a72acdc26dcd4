import { SeededRandom } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { hostSample } from '../testing/host-sample.ts';
import { sample } from '../testing/sample-service.ts';

test.each([
  ['by instance', { instance: 'one' }, 'test.inst.sample.one.cancel'],
  ['by broadcast', {}, 'test.cancel.*'],
])(
  'mesh.A11: an abort reaches the handler %s within 50 ms, nobody is answered, and the slot is free',
  async (_how, options, subject) => {
    const { clock, caller, seen, metrics } = hostSample();
    await clock.advance(0);
    const random = new SeededRandom(11);
    const client = caller.client(sample, options);
    const heard: string[] = [];
    caller.transport.subscribe('test.>', ({ subject: at }) => void (at.includes('cancel') && heard.push(at)));
    let replies = 0;
    caller.transport.subscribe('_INBOX.>', ({ data }) => {
      if (!new TextDecoder().decode(data).includes('io.nats.micro')) replies += 1;
    });
    for (let n = 1; n <= 100; n++) {
      const stop = new AbortController();
      const outcome = client.slow({}, { signal: stop.signal }).catch((error: unknown) => error);
      await clock.advance(1 + Math.floor(random.next() * 90));
      expect(seen).toMatchObject({ slow: n, aborted: n - 1 });
      stop.abort();
      await clock.advance(50);
      expect(await outcome).toMatchObject({ code: 'cancelled' });
      expect(seen.aborted).toBe(n);
    }
    await clock.advance(1_000);
    expect(replies).toBe(0);
    expect(heard).toHaveLength(100);
    for (const one of heard)
      expect(one).toMatch(new RegExp(`^${subject.replaceAll('.', '\\.').replace('*', '\\w+')}$`));
    expect(metrics.text()).toContain('seedcore_in_flight{endpoint="slow"} 0');
  },
);
