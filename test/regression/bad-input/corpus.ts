import { readFileSync } from 'node:fs';
import { contracts } from '@seedcore/contracts/registry';
import { type Endpoint, type Service, wireName } from '@seedcore/protocol';
import { type BadCase, readCases, type TrappedService, trappedService, type Via } from '@seedcore/testkit';

/** Least number of named cases of each family. */
export const families = {
  json: 60,
  msgpack: 70,
  text: 70,
  headers: 60,
  references: 40,
  subjects: 40,
  size: 20,
} as const;
/** Name of a family, and of its file. */
export type Family = keyof typeof families;

/** Every family. */
export const familyNames: readonly Family[] = ['json', 'msgpack', 'text', 'headers', 'references', 'subjects', 'size'];

/** Every case of one family. */
export const casesOf = (family: Family): readonly BadCase[] =>
  readCases(readFileSync(new URL(`${family}.json`, import.meta.url), 'utf8'));

/** Every case that comes in by one of these doors. */
export const casesVia = (...doors: readonly Via[]): readonly BadCase[] =>
  familyNames.flatMap(casesOf).filter(({ via }) => doors.includes(via));

/** One endpoint of one of the services, hosted with a trap for a handler. */
export type Target = {
  readonly contract: Service;
  readonly service: TrappedService;
  /** On the wire. */
  readonly name: string;
  readonly endpoint: Endpoint;
};

/** Every endpoint of every service. */
export function everyEndpoint(): readonly Target[] {
  return [...contracts.values()].flatMap((contract) => {
    const service = trappedService(contract);
    return Object.entries(contract.endpoints).map(([key, endpoint]) => ({
      contract,
      service,
      name: wireName(key),
      endpoint,
    }));
  });
}

/** Larger inputs take the same way at every endpoint: one is asked, all of them in the nightly run. */
const LARGE_BYTES = 50_000;

/** The endpoints an input of so many bytes is sent to. */
export function targetsFor(targets: readonly Target[], bytes: number): readonly Target[] {
  if (bytes <= LARGE_BYTES || process.env['SEEDCORE_BAD_INPUT'] === 'full') return targets;
  return targets.slice(0, 1);
}

/** Runs `check` against every endpoint; what it throws says at which one. */
export async function atEach(targets: readonly Target[], check: (target: Target) => Promise<void>): Promise<void> {
  for (const target of targets)
    await check(target).catch((cause: unknown) => {
      throw new Error(`${target.contract.name}.${target.name}: ${cause instanceof Error ? cause.message : cause}`, {
        cause,
      });
    });
}
