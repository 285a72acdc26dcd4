import { z } from 'zod';
import { type Client, endpoint, fail, type Handlers, implement, ok, type Reply, service } from '../index.ts';

/** Each line that must not compile carries the error it expects: tsc fails when the error is gone. */
const contract = service('energy', {
  doc: '',
  version: '1.0.0',
  endpoints: {
    role_entropy: endpoint({
      doc: '',
      input: z.strictObject({ organism: z.string() }),
      output: z.object({ mean_nats: z.number() }),
      failures: { unknown_organism: z.object({ organism: z.string() }) },
    }),
    forecast: endpoint({ doc: '', input: z.strictObject({}), output: z.object({ n: z.number() }), degradable: true }),
  },
});

type Expect = Partial<Handlers<typeof contract>>;

export const good = implement(contract, {
  role_entropy: async ({ organism }) =>
    organism === '' ? fail('unknown_organism', { organism }) : ok({ mean_nats: 1 }),
  forecast: async () => ok({ n: 1 }, { reason: 'no_model', source: 'default' }),
});

export const undeclaredCode: Expect = {
  // @ts-expect-error an undeclared failure code
  role_entropy: async () => fail('never_heard_of', {}),
};

export const undeclaredAtAll: Expect = {
  // @ts-expect-error a failure of an endpoint that declares none
  forecast: async () => fail('never_heard_of', {}),
};

export const wrongDetails: Expect = {
  // @ts-expect-error details of another shape
  role_entropy: async () => fail('unknown_organism', { organism: 7 }),
};

export const wrongOutput: Expect = {
  // @ts-expect-error output of another shape
  role_entropy: async () => ok({ mean_nats: 'one' }),
};

// @ts-expect-error a missing handler
export const missing = implement(contract, {});

export const extra = implement(contract, {
  role_entropy: async () => ok({ mean_nats: 1 }),
  forecast: async () => ok({ n: 1 }),
  // @ts-expect-error an extra handler
  role_entropie: async () => ok({}),
});

export async function calls(client: Client<typeof contract>): Promise<number> {
  // @ts-expect-error a misspelt client method
  await client.role_entropi({ organism: 'a' });
  // @ts-expect-error a wrong input type
  await client.role_entropy({ organism: 7 });
  // @ts-expect-error an unknown input field
  await client.role_entropy({ organism: 'a', organizm: 'b' });
  const forecast = await client.forecast({});
  if (forecast.ok && forecast.degraded !== undefined) return forecast.value.n;
  const reply = await client.role_entropy({ organism: 'a' });
  // A caller may have a fallback for any endpoint.
  if (reply.ok && reply.degraded !== undefined) return 0;
  return reply.ok ? reply.value.mean_nats : reply.failure.details.organism.length;
}

export function given(reply: Reply<typeof contract.endpoints.role_entropy>): unknown {
  // @ts-expect-error only a degradable endpoint marks its own answers
  return reply.ok ? reply.degraded : undefined;
}
