import type { AdmissionPorts } from '../admission/admit.ts';
import type { AnswerPorts } from './answer.ts';
import type { InFlight } from './in-flight.ts';
import type { LoadReport } from './load-report.ts';
import type { OpenCallPorts } from './open-call.ts';
import type { ServerCall } from './server-call.ts';

/** What serving a call needs. */
export type ServePorts = AnswerPorts &
  OpenCallPorts & {
    readonly admission: AdmissionPorts;
    readonly load: LoadReport;
    /** Hash of the contract served here. */
    readonly contract: string;
    readonly inFlight: InFlight<ServerCall>;
  };
