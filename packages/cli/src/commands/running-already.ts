import { readGreeting, withoutCredentials } from '@seedcore/nats-dev';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { duration } from '../output/quantity.ts';
import type { MeshState } from '../supervisor/state-file.ts';
import type { Surroundings } from '../surroundings.ts';

/** Says that a mesh runs here, how to reach it and how to stop it; the exit code is 0 only when it is well. */
export async function tellRunning(state: MeshState, { out, clock }: Surroundings): Promise<ExitCode> {
  const { supervisor, url, ns, processes } = state;
  const unwell = processes.filter((one) => one.state !== 'ready').map((one) => `${one.name} ${one.state}`);
  const answers = await readGreeting(url, 2000).then(
    () => true,
    () => false,
  );
  out(
    `A mesh is running here already: process ${supervisor.pid}, for ${duration(clock.wallMs() - supervisor.startedAt)}.`,
  );
  out(`NATS  ${withoutCredentials(url)}   namespace ${ns}`);
  out('Look at it with "npx seedcore ps", stop it with "npx seedcore down".');
  if (!answers) out('Its NATS server does not answer.');
  if (unwell.length > 0) out(`Not ready: ${unwell.join(', ')}.`);
  return answers && unwell.length === 0 ? exitCodes.ok : exitCodes.failed;
}
