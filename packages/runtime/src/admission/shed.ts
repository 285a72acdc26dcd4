import { type Brownout, sheds } from '@seedcore/mesh';
import { type CallHeaders, MeshError } from '@seedcore/protocol';
import type { ServedEndpoint } from '../served/served-endpoint.ts';

/** The mode of the mesh is written every five seconds: coming back sooner meets the same verdict. In ms. */
const COME_BACK_AFTER_MS = 5_000;

/** A request that may have to be shed; `reply`, or when it came, stands in where the caller named no call. */
export type Shedding = { readonly headers: CallHeaders; readonly reply: string; readonly brownout: Brownout };

/** The refusal of what is shed at present; a service always answers about itself. */
export function shed(
  { target, contract, builtin }: ServedEndpoint,
  { headers, reply, brownout }: Shedding,
): MeshError | undefined {
  const criticality = headers.criticality ?? contract.criticality;
  if (builtin || !sheds(brownout, { criticality, id: headers.call ?? reply })) return undefined;
  const { level } = brownout;
  return new MeshError('overloaded', {
    target,
    message: `${target}: ${criticality} calls are shed at brownout level ${level}`,
    started: false,
    retryAfterMs: COME_BACK_AFTER_MS,
    details: { reason: 'brownout', level },
  });
}
