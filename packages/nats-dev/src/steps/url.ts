import type { Outcome } from '../found-server.ts';
import { withoutCredentials } from '../greeting.ts';
import type { Machine } from '../machine.ts';
import { reasonOf } from '../reason.ts';

/** Uses the server `NATS_URL` names; an address that was set is never silently replaced. */
export async function fromUrl(machine: Machine): Promise<Outcome> {
  const url = machine.env['NATS_URL'];
  if (!url) return { why: 'NATS_URL is not set' };
  const problems: string[] = [];
  for (const one of url.split(',').map((part) => part.trim())) {
    try {
      await machine.greeting(one, 2000);
      return { found: { kind: 'url', url }, how: `NATS_URL names a server that answers at ${withoutCredentials(one)}` };
    } catch (error) {
      problems.push(`${withoutCredentials(one)}: ${reasonOf(error)}`);
    }
  }
  return {
    fatal: `NATS_URL is set, but no NATS server answered within 2 s (${problems.join('; ')}); correct it or unset it`,
  };
}
