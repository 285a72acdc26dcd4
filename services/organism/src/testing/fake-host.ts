import type { HostNote, HostRequest, RunOrder, SkillHost } from '../skill/skill-host.ts';

/** A host in memory: answers what it was taught, remembers what it was told. */
export class FakeHost implements SkillHost {
  readonly notes: HostNote[] = [];
  readonly requests: HostRequest[] = [];
  readonly #answers: (request: HostRequest) => unknown;

  constructor(answers: (request: HostRequest) => unknown = () => undefined) {
    this.#answers = answers;
  }

  async ask(request: HostRequest): Promise<unknown> {
    this.requests.push(request);
    if (request.op === 'step_begin') return { key: `t/${request.name}` };
    if (request.op === 'step_end') return request.value;
    return this.#answers(request);
  }

  tell(note: HostNote): void {
    this.notes.push(note);
  }
}

/** A run of `skill` with everything filled in. */
export const orderOf = (skill: string, input: unknown, facts: Partial<RunOrder> = {}): RunOrder => ({
  skill,
  input,
  leftMs: 30_000,
  taskId: 't',
  attempt: 1,
  epoch: 1,
  idempotencyKey: 't',
  ...facts,
});
