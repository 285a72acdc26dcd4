import { MeshError, noHeaders, readCallHeaders } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { echo } from './echo-contract.ts';
import { type FakeHandler, type FakeRequest, fakeWorker, repeat } from './fake-worker.ts';
import { MemoryBus } from './memory-bus.ts';
import { memoryMesh } from './memory-mesh.ts';
import { memoryTransport } from './memory-transport.ts';

/** A mesh that is the service `asker`, a worker of `echo` on the same bus, and everything that worker was sent. */
export function echoBed(handler: FakeHandler = repeat, endpoint = 'say') {
  const clock = new VirtualClock();
  const random = new SeededRandom(7);
  const bus = new MemoryBus({ clock, random });
  const mesh = memoryMesh({ clock, random, bus, service: 'asker' });
  const worker = memoryTransport({ clock, random, bus });
  const seen: FakeRequest[] = [];
  fakeWorker(worker, mesh.subjects.endpoint('echo', endpoint), (request) => {
    seen.push(request);
    return handler(request);
  });
  const headers = (n = 0) => {
    const read = readCallHeaders(seen[n]?.message.headers ?? noHeaders, 'echo');
    if (read instanceof MeshError) throw read;
    return read;
  };
  return { clock, random, mesh, worker, bus, seen, headers, client: mesh.client(echo) };
}

/** The MeshError a call ends with. */
export async function failureOf(call: Promise<unknown>): Promise<MeshError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof MeshError)) throw new Error('the call did not end with a MeshError', { cause: error });
  return error;
}
