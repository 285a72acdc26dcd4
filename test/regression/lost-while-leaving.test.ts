import { type MemoryMesh, memoryMesh, SeededRandom, startService, VirtualClock } from '@seedcore/testkit';
import { expect, test } from 'vitest';
import { greeterService } from '../runtime/greeter.ts';

/** A request that was on its way when an instance left its own subject was dropped, and its caller waited for all its time. */
test('whoever asks an instance at any moment of its leaving is answered: by it, or that it is gone', async () => {
  const clock = new VirtualClock();
  const service = startService(greeterService(), { clock });
  const { bus } = service.mesh.transport;
  const other = memoryMesh({ clock, random: new SeededRandom(2), bus, ns: 'test' });
  const answers = listen(other);
  let left = false;
  const leaving = service.stop().then(() => {
    left = true;
  });
  let asked = 0;
  for (; !left; asked++) {
    const reply = `${other.transport.inbox}.leaving.${asked}`;
    other.transport.publish(`test.inst.greeter.${service.instance}.greet`, new Uint8Array(0), { reply });
    await Promise.resolve();
  }
  await leaving;
  await clock.advance(0);
  expect(answers).toHaveLength(asked);
  expect(new Set(answers)).toEqual(new Set(['draining', 'nobody']));
});

/** What came back to requests of this test, in few words. */
function listen({ transport }: MemoryMesh): readonly string[] {
  const answers: string[] = [];
  transport.subscribe(`${transport.inbox}.leaving.*`, ({ data, status }) => {
    answers.push(status === 503 ? 'nobody' : JSON.parse(new TextDecoder().decode(data)).error.code);
  });
  return answers;
}
