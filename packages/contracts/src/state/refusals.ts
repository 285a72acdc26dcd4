import { failure, id } from '@seedcore/protocol';
import { z } from 'zod';

/** Revision of a record; 0 where there is none. */
export const revision = z.int().nonnegative();

/** The record has another revision than expected. */
export const conflict = failure(z.strictObject({ current_revision: revision }), { status: 409 });

/** Others kept writing it. */
export const contended = failure(z.strictObject({ tries: z.int() }), { status: 409 });

/** No record of that agent. */
export const unknownAgent = failure(z.strictObject({ agent_id: id }), { status: 404 });

/** Beyond a size or a number. */
export const tooLarge = z.strictObject({ limit: z.int(), got: z.int() });

/** A newer owner has written. */
export const staleEpoch = failure(z.strictObject({ current_epoch: z.int() }), { status: 409 });

/** A restore holds these groups: nothing of them is written until it has ended. */
export const restoring = failure(z.strictObject({ groups: z.array(z.string()) }), { status: 409 });

/** Kept, but not readable. */
export const corruptRecord = z.strictObject({ key: z.string(), why: z.string() });
