import type { Outcome, ServerContainer } from '../found-server.ts';
import { lastLine } from '../last-lines.ts';
import type { Machine } from '../machine.ts';
import { parseVersion, tooOld } from '../version.ts';

const image = 'nats:2.15-alpine';

/** Uses a container image, with whichever engine answers. */
export async function fromContainer(machine: Machine): Promise<Outcome> {
  const problems: string[] = [];
  for (const engine of ['docker', 'podman']) {
    const found = await withEngine(machine, engine);
    if (!('why' in found)) return { found, how: `${image} in ${engine}` };
    problems.push(found.why);
  }
  return { why: problems.join('; ') };
}

async function withEngine(machine: Machine, engine: string): Promise<ServerContainer | { readonly why: string }> {
  const info = await machine.run(engine, ['info'], { timeoutMs: 10_000 });
  if (info.code === undefined) return { why: `${engine} is not installed` };
  if (info.code !== 0) return { why: `${engine} does not answer (${lastLine(info.stderr)})` };
  const present = await machine.run(engine, ['image', 'inspect', image], { timeoutMs: 10_000 });
  if (present.code !== 0) {
    machine.report(`pulling ${image} with ${engine}`);
    const pulled = await machine.run(engine, ['pull', image], { timeoutMs: 180_000 });
    if (pulled.code !== 0) return { why: `${engine} pull ${image}: ${lastLine(pulled.stderr)}` };
  }
  const asked = await machine.run(engine, ['run', '--rm', image, '--version'], { timeoutMs: 30_000 });
  const version = asked.code === 0 ? parseVersion(asked.stdout) : undefined;
  const why = tooOld(version);
  return why !== undefined || !version
    ? { why: `${engine}: ${image}: ${why}` }
    : { kind: 'container', engine, image, version };
}
