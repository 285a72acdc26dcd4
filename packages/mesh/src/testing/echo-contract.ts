import { endpoint, errorBody, event, failure, id, sensitive, service } from '@seedcore/protocol';

/** Schemas of this contract grow out of ones of protocol, because this package does not depend on zod itself. */
const nothing = errorBody.omit({ error: true }).strict();
const count = errorBody.shape.error.shape.status;
const word = nothing.extend({ word: id });

/** The contract the tests of this package call. */
export const echo = service('echo', {
  doc: 'Repeats what it is told.',
  version: '1.0.0',
  endpoints: {
    say: endpoint({
      doc: 'Repeats a word.',
      input: word.extend({ times: count.optional() }),
      output: word,
      failures: { rude: failure(word, { status: 409 }) },
      idempotent: true,
      deadlineMs: 1_000,
    }),
    sayOnce: endpoint({ doc: 'Repeats a word, for good.', input: word, output: word, deadlineMs: 1_000 }),
    guess: endpoint({ doc: 'Repeats a word, more or less.', input: word, output: word, degradable: true }),
    look: endpoint({
      doc: 'Repeats a word; equal questions are asked once.',
      input: word,
      output: word,
      idempotent: true,
      coalesce: true,
      deadlineMs: 1_000,
    }),
    near: endpoint({
      doc: 'Repeats a word, each where it was heard last.',
      input: word,
      output: word,
      affinity: 'word',
    }),
    brief: endpoint({ doc: 'Takes little.', input: word, output: word, maxBytes: 24 }),
  },
  events: {
    said: event({ doc: 'A word was said.', data: word, kind: 'lossy', key: 'word' }),
    wasSilent: event({ doc: 'Nothing was said.', data: nothing, kind: 'lossy' }),
    promised: event({
      doc: 'A word was given.',
      data: word.extend({ times: count.optional() }),
      kind: 'durable',
      key: 'word',
    }),
    sworn: event({ doc: 'A secret word was given.', data: word.extend({ oath: sensitive(id) }), kind: 'durable' }),
  },
});
