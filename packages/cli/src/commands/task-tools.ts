import { coordinator } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import { badInput, type Client, validate } from '@seedcore/protocol';
import { CommandError, exitCodes } from '../exit-code.ts';
import type { GlobalOptions, Surroundings } from '../surroundings.ts';

/** What every command about durable work works with. */
export interface TaskTools {
  readonly options: GlobalOptions;
  readonly surroundings: Surroundings;
  readonly mesh: Mesh;
}

type Coordinator = Client<typeof coordinator>;

/** The coordinator, as a client. */
export function client({ mesh }: TaskTools): Coordinator {
  return mesh.client(coordinator);
}

/** Checks what was typed before anything is sent; a misspelt field is named with the one that was probably meant. */
export function checked<N extends keyof typeof coordinator.endpoints & keyof Coordinator>(
  endpoint: N,
  input: unknown,
): Parameters<Coordinator[N]>[0] {
  const schema = coordinator.endpoints[endpoint].input;
  const result = validate(schema, input);
  if (!result.ok) throw new CommandError(badInput(`coordinator.${endpoint}`, result.problems).message, exitCodes.usage);
  return input as Parameters<Coordinator[N]>[0];
}

/** The value of a reply; a declared failure ends the command with its code and details. */
export function answered<T>(
  reply: { ok: true; value: T } | { ok: false; failure: { code: string; details: unknown } },
): T {
  if (reply.ok) return reply.value;
  throw new CommandError(`${reply.failure.code}: ${JSON.stringify(reply.failure.details)}`);
}
