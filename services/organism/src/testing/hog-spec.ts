import { z } from 'zod';

/** What is declared of every skill that does not behave, in its thread and at its host alike. */
export const hogSpec = (name: string) =>
  ({
    name,
    version: '1.0.0',
    doc: 'Does not behave.',
    input: z.unknown(),
    output: z.unknown(),
    idempotent: true,
    isolation: 'thread',
    role: 'O',
  }) as const;
