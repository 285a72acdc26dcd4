import { id } from '@seedcore/protocol';
import { z } from 'zod';

/** How long lists are asked for. */
export const page = { limit: z.int().min(1).max(1000).default(100), cursor: id.optional() };
