import { chooseHost } from '../domain/choose-host.ts';
import type { RosterAgent } from '../domain/roster.ts';
import type { Held } from '../ports.ts';
import { BUSY_RETRY_MS, fullness, learn, type RegistryPorts, TRIES, timeOf, whenReady } from './registry-ports.ts';

/** Longest wait for an agent that was attached, in ms. */
const ATTACH_WAIT_MS = 4000;

/** Where an agent shall be. */
export type Attachment = {
  readonly agent_id: string;
  readonly organ_id?: string | undefined;
  readonly epoch?: number | undefined;
  readonly host?: string | undefined;
};

type Why = 'no_answer' | 'wrong_identity' | 'older_epoch' | 'remote';

/** What came of it. */
export type Attached =
  | { readonly is: 'there'; readonly agent: RosterAgent; readonly was: Held }
  | { readonly is: 'unknown_agent'; readonly archivedAt: string | undefined }
  | { readonly is: 'unknown_organ' }
  | { readonly is: 'agent_busy'; readonly retryMs: number }
  | { readonly is: 'attach_refused'; readonly reason: Why; readonly held: Held }
  | { readonly is: 'at_capacity'; readonly organId: string; readonly live: number; readonly max: number }
  | { readonly is: 'start_failed'; readonly reason: 'not_ready' };

/** Gives agents to hosts and organs: by compare-and-set on the epoch, and the newest handle wins. */
export class Attachments {
  readonly #ports: RegistryPorts;

  constructor(ports: RegistryPorts) {
    this.#ports = ports;
  }

  /** Gives an agent to a host, or to another organ, once its holder has said that it has it and that it is idle. */
  async make(wish: Attachment, signal: AbortSignal): Promise<Attached> {
    for (let tries = 0; tries < TRIES; tries++) {
      const held = await this.#ports.records.readAgent(wish.agent_id);
      if (held === undefined || held.holding.archived_at !== undefined)
        return { is: 'unknown_agent', archivedAt: held?.holding.archived_at };
      const refused = this.#unfit(wish, held) ?? (await this.#unsaid(held));
      if (refused !== undefined) return refused;
      const given = await this.#give(wish, held);
      if (given === 'no_host') return { is: 'start_failed', reason: 'not_ready' };
      if (given === undefined) continue;
      learn(this.#ports, given);
      this.#tellMoved(given, held);
      const agent = await whenReady(
        { agentId: wish.agent_id, epoch: given.epoch + 1 },
        { ms: ATTACH_WAIT_MS, signal },
        this.#ports,
      );
      return agent === undefined ? { is: 'start_failed', reason: 'not_ready' } : { is: 'there', agent, was: held };
    }
    return { is: 'agent_busy', retryMs: BUSY_RETRY_MS };
  }

  /** What speaks against it before anybody is asked. */
  #unfit({ epoch, organ_id, host }: Attachment, held: Held): Attached | undefined {
    const { roster, clock } = this.#ports;
    const refused = (reason: Why): Attached => ({ is: 'attach_refused', reason, held });
    if (epoch !== undefined && epoch !== held.epoch)
      return refused(epoch < held.epoch ? 'older_epoch' : 'wrong_identity');
    // It is where its worker is heard, in the organ its worker named.
    if (held.holding.worker !== undefined) return refused('remote');
    if (host !== undefined && !roster.hosts(clock.now()).some(({ id }) => id === host)) return refused('no_answer');
    if (organ_id === undefined || organ_id === held.holding.organ_id) return undefined;
    const organ = roster.organ(organ_id)?.record;
    if (organ === undefined) return { is: 'unknown_organ' };
    const full = fullness(organ, 0, this.#ports);
    return full === undefined ? undefined : { is: 'at_capacity', organId: organ_id, ...full };
  }

  /** Asks the holder; nobody holds an agent that was let go, or that its host has not begun. */
  async #unsaid(held: Held): Promise<Attached | undefined> {
    const { hosts, identityMs } = this.#ports;
    const { agent_id, host, presence } = held.holding;
    if (host === null || presence !== 'ready') return undefined;
    const reports = await hosts.ask(host, { agentIds: [agent_id] }, identityMs);
    if (reports === undefined) return { is: 'attach_refused', reason: 'no_answer', held };
    const [report] = reports;
    if (report?.epoch !== held.epoch) return { is: 'attach_refused', reason: 'wrong_identity', held };
    return report.task_id === undefined ? undefined : { is: 'agent_busy', retryMs: BUSY_RETRY_MS };
  }

  async #give(wish: Attachment, { holding, epoch }: Held): Promise<Held | undefined | 'no_host'> {
    const { records, roster, me, clock } = this.#ports;
    const host = wish.host ?? holding.host ?? chooseHost(roster, { me, now: clock.now() });
    if (host === undefined) return 'no_host';
    const organ_id = wish.organ_id ?? holding.organ_id;
    const patch = { organ_id, host, presence: 'starting', held_since: timeOf(this.#ports) } as const;
    return records.reviseAgent(wish.agent_id, epoch, patch);
  }

  #tellMoved({ holding, epoch }: Held, { holding: before }: Held): void {
    const { agent_id, organ_id, host } = holding;
    if (host === null || (organ_id === before.organ_id && host === before.host)) return;
    const was = { organ_id: before.organ_id, ...(before.host === null ? {} : { host: before.host }) };
    this.#ports.announcements.moved({ agent_id, organ_id, host, epoch, was });
  }
}
