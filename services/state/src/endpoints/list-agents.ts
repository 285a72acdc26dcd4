import type { AgentRecord, state } from '@seedcore/contracts';
import { type Handler, type Input, type Output, ok } from '@seedcore/protocol';
import type { Heard } from '../domain/heartbeat-table.ts';
import type { Known } from '../domain/record-view.ts';
import { rounded } from '../domain/rounded.ts';
import type { Ports } from '../ports.ts';

type Endpoint = typeof state.endpoints.list_agents;
type Line = Output<Endpoint>['agents'][number];

/** A page ends early at about this many bytes, so that it fits into one message. */
const MOST_PAGE_BYTES = 700_000;

/** Agents on record that meet every condition, in id order. */
export function listAgents(ports: Ports): Handler<Endpoint> {
  return (input) => {
    const nowMs = ports.clock.now();
    const { view } = ports.agents;
    const all = view
      .entries()
      .map(([id, known]) => ({ id, known, heard: ports.beats.heard(id, nowMs) }))
      .filter(({ known, heard }) => meets(known.value, heard, input));
    const wanted = all.filter(({ id }) => input.cursor === undefined || id > input.cursor);
    const page = fitting(wanted.slice(0, input.limit).map((one) => lineOf(one, input.fields === 'full')));
    const last = page.at(-1)?.agent_id;
    const { lagMs, withheld } = ports.agents.fill();
    const known = view.size + withheld.size;
    return ok({
      agents: page,
      total: all.length,
      ...(page.length < wanted.length && last !== undefined ? { cursor: last } : {}),
      completeness: !Number.isFinite(lagMs) ? 0 : known === 0 ? 1 : rounded(view.size / known),
    });
  };
}

function meets(record: AgentRecord, { ageMs }: Heard, asked: Input<Endpoint>): boolean {
  const { organ_id, project_id, specialty, lifecycle, alive_within_s: within } = asked;
  return (
    (organ_id === undefined || record.organ_id === organ_id) &&
    (project_id === undefined || record.project_id === project_id) &&
    (specialty === undefined || record.specialty === specialty) &&
    (lifecycle === undefined || record.lifecycle === lifecycle) &&
    (within === undefined || (ageMs !== undefined && ageMs <= within * 1000))
  );
}

function lineOf({ known, heard }: { readonly known: Known<AgentRecord>; readonly heard: Heard }, full: boolean): Line {
  const { agent_id, organ_id, project_id, specialty, lifecycle, archived } = known.value;
  return {
    ...{ agent_id, revision: known.rev, organ_id, project_id, specialty, lifecycle, archived },
    liveness: heard.liveness,
    heartbeat_age_ms: heard.ageMs ?? null,
    ...(full ? { agent: known.value } : {}),
  };
}

/** The first lines that fit into one message; at least one. */
function fitting(lines: readonly Line[]): Line[] {
  let bytes = 0;
  const end = lines.findIndex((line, i) => {
    bytes += Buffer.byteLength(JSON.stringify(line));
    return i > 0 && bytes > MOST_PAGE_BYTES;
  });
  return end === -1 ? [...lines] : lines.slice(0, end);
}
