import { codecs, isRecord } from '@seedcore/protocol';
import { type DerivedCase, derivedCases, provoke, reaches, typed } from '@seedcore/testkit';
import { describe, expect, test } from 'vitest';
import { everyEndpoint, type Target } from './corpus.ts';

const targets = everyEndpoint();
const rows = targets.flatMap((target) =>
  codecs.map((codec) => ({ title: `${target.contract.name}.${target.name} in ${codec.type}`, target, codec })),
);

/** How many inputs there were, and how they ended. */
const seen = { refused: 0, accepted: 0, ruled: 0, hinted: 0 };

describe('every place of the contract × everything wrong that can stand there', () => {
  test.each(rows)('$title', async ({ target, codec }) => {
    for (const one of derivedCases(target.endpoint, codec)) await derivedAt(one, target, typed(codec));
  });
});

async function derivedAt(one: DerivedCase, target: Target, headers: ReturnType<typeof typed>): Promise<void> {
  try {
    await answered(one, target, headers);
  } catch (cause) {
    throw new Error(`${one.mutation.name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

async function answered(
  { mutation, body, verdict, expected }: DerivedCase,
  { service, name }: Target,
  headers: ReturnType<typeof typed>,
): Promise<void> {
  const sent = { name, body, headers };
  if (expected !== undefined) {
    const { details, message } = await provoke(service, sent, expected);
    seen.refused += 1;
    if (isRecord(details) && details['field'] === mutation.field) mustHint(mutation.meant, message);
  } else if (verdict.fields.length === 0) {
    await reaches(service, sent);
    seen.accepted += 1;
  } else {
    // A rule between fields, which no schema can say: it still names one of them.
    const { details } = await provoke(service, sent, { code: 'bad_request' });
    expect(verdict.fields).toContain(isRecord(details) ? details['field'] : undefined);
    seen.ruled += 1;
  }
}

/** The answer to a misspelt name says a name that exists, the meant one unless another is as near. */
function mustHint(meant: string | undefined, message: string): void {
  if (meant === undefined) return;
  expect(message).toMatch(/did you mean "\w+"\?$/);
  seen.hinted += 1;
}

test('thousands were refused, and what a contract takes was taken', () => {
  expect(seen.refused).toBeGreaterThan(8_000);
  expect(seen.accepted).toBeGreaterThan(500);
  expect(seen.hinted).toBeGreaterThan(100);
  expect(seen.ruled).toBeGreaterThan(0);
});
