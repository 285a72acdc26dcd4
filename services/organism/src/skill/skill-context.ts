import type { ml, state } from '@seedcore/contracts';
import type { Endpoint, Reply, Sent, Service } from '@seedcore/protocol';
import type { SkillContext as CommonContext, FailureSchemas } from '@seedcore/tasks/skill';
import type { WebAnswer, WebRefusal, WebRequest } from '../web/web.ts';
import type { Survey } from './survey.ts';

/** Endpoints of another service, as a skill calls them: its deadline, trace and cancellation go along by themselves. */
export type SkillClient<S extends Service> = {
  readonly [N in keyof S['endpoints']]: Ask<S['endpoints'][N]>;
};
type Ask<E extends Endpoint> = (input: Sent<E>) => Promise<Reply<E>>;

/** The services a skill may name in `calls`. */
export type SkillServices = {
  readonly ml: SkillClient<typeof ml>;
  readonly state: SkillClient<typeof state>;
};

/** What a skill of this repository has of the world: the same as every other, and what it names in `calls`. */
export interface SkillContext<F extends FailureSchemas = FailureSchemas> extends CommonContext<F> {
  readonly services: SkillServices;
  /** Asks somebody outside of the mesh, behind the guard; for skills that name `web.fetch` in `calls`. */
  fetch(request: WebRequest): Promise<WebAnswer | WebRefusal>;
  /** Asks every service of the mesh how it is, without a call chain. */
  survey(names: readonly string[] | undefined, timeoutMs: number): Promise<Survey>;
}
