import { isToken } from '@seedcore/protocol';
import { z } from 'zod';
import { REORDER_MS } from './subject-faults.ts';

const MAX_MS = 60_000;
const MAX_FACTOR = 1_000;
/** Most faults at the same time. */
const MAX_FAULTS = 32;

const ms = z.int().min(1).max(MAX_MS);
const token = z.string().refine(isToken, 'must be 1 to 64 of A-Z a-z 0-9 _ -');
/** Tokens, `*` for any one of them, `>` for the rest. */
const pattern = z
  .string()
  .max(256)
  .regex(/^[\w*-]+(\.[\w*-]+)*(\.>)?$/, 'must be a subject, as seedcore-dev.svc.ml.*');
const target = z
  .string()
  .regex(/^[a-z]\w{0,47}(\.[a-z]\w{0,47})?$/, 'must be a service or an endpoint, as ml or ml.chat');

/** Which messages: those of a subject, or every request to a service or endpoint however it is addressed. */
const where = {
  subject: pattern.optional(),
  target: target.optional(),
  share: z.number().gt(0).max(1).default(1),
};
const oneOfBoth = ({ subject, target }: { subject?: string | undefined; target?: string | undefined }) =>
  (subject === undefined) !== (target === undefined);
const NAMED = { message: 'must name either a subject or a target' };

const befalls = <K extends string>(kind: K) => z.strictObject({ kind: z.literal(kind), ...where });

/** One fault of a running system. */
export const fault = z.discriminatedUnion('kind', [
  befalls('drop').refine(oneOfBoth, NAMED),
  befalls('duplicate').refine(oneOfBoth, NAMED),
  befalls('corrupt').refine(oneOfBoth, NAMED),
  befalls('delay').extend({ ms }).refine(oneOfBoth, NAMED),
  befalls('reorder')
    .extend({ ms: ms.default(REORDER_MS) })
    .refine(oneOfBoth, NAMED),
  z.strictObject({ kind: z.literal('slow'), factor: z.number().min(1).max(MAX_FACTOR), instance: token.optional() }),
  z.strictObject({ kind: z.literal('partition'), between: z.tuple([token, token]) }),
  z.strictObject({ kind: z.literal('disconnect'), ms, instance: token.optional() }),
  // The process that is started in its place has another id: it must not be killed for ever.
  z.strictObject({ kind: z.literal('kill'), instance: token }),
]);

/** One fault of a running system. */
export type Fault = z.output<typeof fault>;

/** The value of the knob: a fault or several. */
export const faultList = z.preprocess(
  (value) => (Array.isArray(value) ? value : [value]),
  z.array(fault).max(MAX_FAULTS),
);
