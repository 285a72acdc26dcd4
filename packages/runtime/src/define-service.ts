import type { Service } from '@seedcore/protocol';
import type { z } from 'zod';
import type { Host, Running } from './host.ts';

/** Everything a process needs to know to be one service. */
export type ServiceDefinition<S extends Service, C extends z.ZodObject> = {
  readonly contract: S;
  /** An object over names of environment variables. */
  readonly config: C;
  /** Services it waits for before it is ready, 15 s at most. */
  readonly requires?: readonly string[];
  /** Builds the service; a rejection ends the process. */
  readonly start: (host: Host<z.output<C>>) => Promise<Running<S>>;
};

/** Declares a service process; `runService` runs it. */
export const defineService = <S extends Service, C extends z.ZodObject>(
  definition: ServiceDefinition<S, C>,
): ServiceDefinition<S, C> => definition;
