import { id, time } from '@seedcore/protocol';
import { z } from 'zod';

const phrase = z.string().min(1).max(256);

/** A short mark to search by, for example `incident` or `class:timeout`. */
export const tag = z.string().regex(/^[A-Za-z0-9_:.-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 _ : . -');

/** Who may find something: whoever knows its id, those of one project or organ, or everybody. */
const visibility = z.enum(['private', 'project', 'organ', 'public']);

/** Something somebody holds to be true, with its source and how far that is trusted. */
export const fact = z.strictObject({
  fact_id: id,
  text: z.string().min(1).max(4096),
  subject: phrase.optional(),
  predicate: phrase.optional(),
  object: phrase.optional(),
  tags: z.array(tag).max(16),
  source: z.string().min(1).max(128),
  source_uri: z.string().max(1024).optional(),
  trust: z.number().min(0).max(1).nullable(),
  observed_at: time,
  valid_until: time.optional(),
  visibility: visibility.describe('what is not public is found by its id only, and changes no other search'),
  no_external_egress: z.boolean().describe('its text is given to models of this mesh only'),
  created_at: time,
  updated_at: time,
});

/** What a caller says when storing a fact. */
export const newFact = fact
  .omit({ fact_id: true, created_at: true, updated_at: true })
  .extend({
    tags: z.array(tag).max(16).default([]),
    trust: z.number().min(0).max(1).nullable().default(null),
    visibility: visibility.default('public'),
    no_external_egress: z.boolean().default(false),
    observed_at: time.optional().describe('when it was seen to be true; now, when left out'),
    fact_id: id.optional().describe('left out: derived from text and source, so that a repeat is the same fact'),
    expected_revision: z.int().nonnegative().optional(),
  })
  .meta({ example: { text: 'Pump 3 vibrates above 40 Hz', source: 'inspection' } });

/** A fact as it is kept. */
export type Fact = z.output<typeof fact>;
/** A fact as a caller hands it in, with defaults filled in. */
export type NewFact = z.output<typeof newFact>;
