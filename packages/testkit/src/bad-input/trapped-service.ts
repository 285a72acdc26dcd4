import { MeshError, type Service, wireName } from '@seedcore/protocol';
import { VirtualClock } from '@seedcore/protocol/testing';
import {
  type LoggedLine,
  MemoryReplies,
  recordingLog,
  type ServiceControls,
  startService,
} from '@seedcore/runtime/testing';

/** A service whose handlers must not run: every one of its endpoints is there, none does anything. */
export type TrappedService = ServiceControls & {
  /** Handlers that ran. */
  ran(): number;
  /** Requests that got no answer, by reason. */
  readonly dropped: readonly string[];
  /** What went to the log. */
  readonly lines: readonly LoggedLine[];
  readonly clock: VirtualClock;
};

/** The code a trapped handler answers with: input that gets it was accepted. */
export const ACCEPTED = 'unavailable';

/** Hosts every endpoint of a contract, full path, without a network and without the service behind it. */
export function trappedService(contract: Service): TrappedService {
  const clock = new VirtualClock();
  const dropped: string[] = [];
  let ran = 0;
  const trap = (key: string) => () => {
    ran += 1;
    throw new MeshError(ACCEPTED, { target: `${contract.name}.${wireName(key)}` });
  };
  const handlers = Object.fromEntries(Object.keys(contract.endpoints).map((key) => [key, trap(key)]));
  const { log, lines } = recordingLog();
  const service = startService(
    { contract, handlers },
    {
      clock,
      log,
      replies: new MemoryReplies(clock),
      observer: { dropped: (_endpoint, reason) => void dropped.push(reason) },
    },
  );
  return Object.assign(service, { ran: () => ran, dropped, lines, clock });
}
