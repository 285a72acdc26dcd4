import { RequestError } from '@nats-io/transport-node';
import type { ServiceName, TestMesh } from './test-mesh.ts';
import { until } from './until.ts';

/** Ends a service as a crash would; resolves when the broker has nobody left to hand its requests to. */
export async function loseService({ nats, ns, services }: TestMesh, name: ServiceName): Promise<void> {
  await services.get(name)?.stop('SIGKILL');
  await until(`nobody to answer for ${name}`, () =>
    nats.request(`${ns}.svc.${name}.health`, '', { timeout: 1000 }).then(
      () => undefined,
      (error: unknown) => (error instanceof RequestError && error.isNoResponders()) || undefined,
    ),
  );
}
