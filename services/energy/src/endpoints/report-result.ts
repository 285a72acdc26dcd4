import type { energy } from '@seedcore/contracts';
import { type Call, canonicalJson, fail, type Handler, type Input, type Json, ok } from '@seedcore/protocol';
import { agreementOf, measuredChange } from '../domain/measured-change.ts';
import { defaultWeights } from '../domain/weights.ts';
import type { Ports, ResultRecord, Verdict } from '../ports.ts';

type Endpoint = typeof energy.endpoints.report_result;

const arithmeticTolerance = 1e-6;
const recentMs = 15_000;

/** Compares a reported change of energy with the measured one, and keeps the first report under an id. */
export function reportResult(ports: Ports): Handler<Endpoint> {
  return async (input, call) => {
    const expected = expectedChange(input);
    if (expected !== undefined) return fail('inconsistent', { expected });
    const report = canonical(input);
    const kept =
      (await ports.results.get(input.result_id)) ?? (await ports.results.keep(input.result_id, await judge()));
    if (canonicalJson(kept.report) !== canonicalJson(report)) return fail('id_reused', { result_id: input.result_id });
    return ok({ recorded: true, ...kept.verdict });

    async function judge(): Promise<ResultRecord> {
      const verdict = await verdictOn(input, ports, call);
      return { report, verdict, recorded_at: new Date(ports.clock.wallMs()).toISOString() };
    }
  };
}

/** e_after − e_before, when the report contradicts it. */
function expectedChange({ delta_e, e_before, e_after }: Input<Endpoint>): number | undefined {
  if (delta_e === null || e_before === undefined || e_after === undefined) return undefined;
  const expected = e_after - e_before;
  return Math.abs(delta_e - expected) > arithmeticTolerance * Math.max(1, Math.abs(expected)) ? expected : undefined;
}

async function verdictOn(input: Input<Endpoint>, { clock, samples }: Ports, call: Call): Promise<Verdict> {
  const window = input.window && { from: Date.parse(input.window.from), to: Date.parse(input.window.to) };
  if (window && Math.abs(clock.wallMs() - window.to) < recentMs) await samples.fresh(call);
  const scopes = input.scopes ?? [input.scope ?? 'organism'];
  const measured = window && measuredChange(samples.all(), { scopes, basis: input.basis, ...window });
  return {
    delta_e_reported: input.delta_e,
    delta_e_measured: measured ?? null,
    agreement: agreementOf(input.delta_e ?? undefined, measured),
    weights: defaultWeights,
  };
}

/** The report as plain JSON, so that it can be kept and compared. */
function canonical(input: Input<Endpoint>): Json {
  const plain: Json = JSON.parse(canonicalJson(input));
  return plain;
}
