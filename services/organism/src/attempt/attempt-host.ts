import { MeshError } from '@seedcore/protocol';
import type { Memories } from '../memory/memories.ts';
import type { CallHow, Services } from '../ports.ts';
import type { Skill } from '../skill/define-skill.ts';
import type { HostNote, HostRequest, SkillHost } from '../skill/skill-host.ts';
import type { Web } from '../web/web.ts';
import type { Effects } from './effects.ts';
import type { Steps } from './steps.ts';

/** One segment of a run: how far it is, one sentence, and the call of a tool that the sentence is about. */
export type RunProgress = {
  readonly pct?: number;
  readonly note: string;
  readonly tool?: string;
  readonly args?: unknown;
  readonly result?: unknown;
};

/** What a run may reach, and who hears of it. */
export type AttemptWorld = {
  readonly services: Services;
  readonly web: Web;
  readonly memories: Pick<Memories, 'item' | 'search'>;
  /** Who runs it. */
  readonly agentId: string;
  readonly steps: Steps;
  readonly effects?: Effects | undefined;
  readonly how: CallHow;
  readonly progress: (now: RunProgress) => void;
  /** A call of the skill goes out; the returned function says that it is answered. */
  readonly calling: () => () => void;
  /** True once nothing the run asks for may be done any more. */
  readonly fenced: () => boolean;
  readonly log: (note: Extract<HostNote, { note: 'log' }>) => void;
};

/** The host side of one run: the only door of a skill to the world, and it opens to what the skill declared. */
export function attemptHost({ name, calls }: Skill, world: AttemptWorld): SkillHost {
  const { services, steps, how, memories, agentId } = world;
  const allowed = (target: string) => {
    if (calls.includes(target)) return;
    throw new MeshError('forbidden', {
      target,
      sent: false,
      started: false,
      message: `${name} does not declare ${target}`,
    });
  };
  const answer = (request: HostRequest): Promise<unknown> => {
    switch (request.op) {
      case 'call':
        allowed(`${request.service}.${request.endpoint}`);
        return services.call(request, request.input, how);
      case 'survey':
        allowed('mesh.survey');
        return services.survey(request.names, request.timeoutMs);
      case 'fetch':
        allowed('web.fetch');
        return world.web.fetch(request.request, how.signal);
      case 'memory_item':
        return memories.item(agentId, request.key, how);
      case 'memory_search':
        return memories.search(agentId, request, how);
      case 'step_begin':
        return steps.begin(request.name);
      case 'step_end':
        return steps.end(request.name, request.value);
      case 'step_failed':
        return steps.failed(request.name, request.message);
      default:
        if (world.effects !== undefined) return world.effects.answer(request);
        throw new RangeError(`${name} runs without a record, so that it may change nothing outside`);
    }
  };
  return {
    ask: async (request) => {
      if (world.fenced()) throw ended(name);
      const answered = world.calling();
      try {
        return await answer(request);
      } finally {
        answered();
      }
    },
    tell: (note) => {
      if (note.note === 'log') return world.log(note);
      const { note: _, text, pct, ...call } = note;
      world.progress({ note: text, ...(pct === undefined ? {} : { pct: Math.min(1, Math.max(0, pct)) }), ...call });
    },
  };
}

const ended = (target: string): MeshError =>
  new MeshError('cancelled', { target, sent: false, started: false, message: `${target} was ended` });
