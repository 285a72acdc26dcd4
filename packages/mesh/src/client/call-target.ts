import type { Checking, Clock, Codec, Random, Subjects } from '@seedcore/protocol';
import {
  CheckSampler,
  contractHash,
  type Endpoint,
  headerNames,
  jsonCodec,
  msgpackCodec,
  type Service,
  wireName,
  wireOutput,
} from '@seedcore/protocol';
import {
  type BreakerPolicy,
  type GateLimits,
  type Observer,
  Overhead,
  type RetryPolicy,
  Stack,
  type StackCall,
  type StackPolicy,
  type ThrottlePolicy,
  type TokenPolicy,
  type Wheel,
} from '@seedcore/resilience';
import type { CallerKnobValues } from '../config/caller-knobs.ts';
import { steered } from '../config/steered.ts';
import type { InstanceView } from '../directory/instance.ts';
import { isBlameless } from '../report/blameless.ts';
import { CallTally } from '../report/call-tally.ts';
import type { ProfileName } from './profile.ts';
import type { Steered } from './steered.ts';
import type { Steering } from './steering.ts';

/** What a client may be given beside its contract; everything has a default. */
export type ClientOptions = {
  /** A set of policies by name, under whatever else is said here. */
  readonly profile?: ProfileName | undefined;
  /** Pins one instance. */
  readonly instance?: string | undefined;
  /** In place of every endpoint's own. */
  readonly deadlineMs?: number | undefined;
  readonly retry?: RetryPolicy | undefined;
  readonly breaker?: BreakerPolicy | undefined;
  readonly bulkhead?: GateLimits | undefined;
  /** Of each single instance, where instances are told apart. */
  readonly instanceBreaker?: BreakerPolicy | undefined;
  readonly throttle?: ThrottlePolicy | undefined;
  /** Where a provider limits its callers; none elsewhere. */
  readonly tokens?: TokenPolicy | undefined;
  /** Whether a silent attempt gets a second one at another instance; off. */
  readonly hedge?: boolean | undefined;
  /** Who takes a call: the instance this process chooses, or with `queue` whomever the broker picks. */
  readonly choice?: 'instance' | 'queue' | undefined;
  /** In place of what the instances speak. */
  readonly codec?: 'json' | undefined;
};

/** One endpoint of one service with everything its callers in this process share. */
export class CallTarget implements Steered {
  /** `service.endpoint`. */
  readonly name: string;
  readonly service: string;
  /** The endpoint's name on the wire. */
  readonly wire: string;
  readonly endpoint: Endpoint;
  readonly contract: string;
  /** Where the queue group listens. */
  readonly subject: string;
  /** Wall clock less monotonic clock at the start, so that a jump of the wall clock reorders nothing. */
  readonly epochMs: number;
  /** The output as it travels, with its mark where the endpoint may degrade. */
  readonly output: ReturnType<typeof wireOutput>;
  /** Which of its inputs and outputs are checked here; a callee checks every request. */
  readonly inputs: CheckSampler;
  readonly outputs: CheckSampler;
  readonly stack: Stack;
  /** Whether this process chooses the instance of each attempt. */
  readonly chooses: boolean;
  readonly overhead = new Overhead();
  readonly tally = new CallTally();
  /** Subjects of single instances, by id; as many as the directory keeps. */
  readonly #subjects = new Map<string, string>();
  readonly #jsonLines: string;
  readonly #packedLines: string;
  #routable: readonly InstanceView[] = [];
  #knobs: CallerKnobValues = {};

  constructor({ contract, endpoint, options }: TargetSpec, ports: TargetPorts) {
    const found = contract.endpoints[endpoint];
    if (found === undefined) throw new RangeError(`${contract.name} has no endpoint ${endpoint}`);
    this.endpoint = found;
    this.service = contract.name;
    this.wire = wireName(endpoint);
    this.name = `${contract.name}.${this.wire}`;
    this.contract = contractHash(contract);
    this.#jsonLines = `${headerNames.contract}: ${this.contract}\r\n`;
    this.#packedLines = `${headerNames.contentType}: ${msgpackCodec.type}\r\n${this.#jsonLines}`;
    this.subject = ports.subjects.endpoint(this.service, this.wire);
    this.epochMs = ports.clock.wallMs() - ports.clock.now();
    this.output = wireOutput(found);
    this.inputs = new CheckSampler(found.input, ports.checking);
    this.outputs = new CheckSampler(this.output, ports.checking);
    this.chooses = options.choice !== 'queue';
    this.stack = new Stack(
      this.name,
      {
        deadlineMs: options.deadlineMs ?? found.deadlineMs,
        // Attempts share an idempotency key where replies are kept, so repeating is as safe as if it were idempotent.
        idempotent: found.idempotent || found.replays,
        floorMs: found.floorMs,
        blameless: isBlameless,
        ...chosenPolicies(options),
      },
      ports,
    );
    ports.steering.attach({ service: this.service, endpoint: this.wire }, this);
  }

  /** What an operator set in place of the contract's and the client's deadline; a call's own goes before it. */
  get deadlineMs(): number | undefined {
    return this.#knobs.deadline_ms;
  }

  steer(knobs: CallerKnobValues): void {
    this.#knobs = knobs;
    this.stack.override(knobs.override);
    this.stack.adjust((given) => steered(given, knobs));
  }

  suspect(suspected: boolean): void {
    this.stack.suspect(suspected);
  }

  /** Takes over who may be chosen; the directory hands out the same list until something changes. */
  route(routable: readonly InstanceView[]): void {
    if (!this.chooses || routable === this.#routable) return;
    this.#routable = routable;
    this.#subjects.clear();
    for (const one of routable) this.#subjects.set(one.id, one.subjectFor(this.wire));
    this.stack.assign(routable.map(({ id, state }) => ({ id, standing: state === 'alive' ? 'routable' : 'suspect' })));
  }

  /** The lines of a header block that every request in this codec has. */
  linesFor(codec: Codec): string {
    return codec === jsonCodec ? this.#jsonLines : this.#packedLines;
  }

  /** Where one of the routable instances listens. */
  subjectOf(instance: string): string | undefined {
    return this.#subjects.get(instance);
  }
}

/** What the client says about its policies; whatever it leaves out keeps its default. */
function chosenPolicies(options: ClientOptions): Partial<StackPolicy> {
  const { retry, breaker, instanceBreaker, bulkhead, throttle, tokens, hedge } = options;
  return {
    ...(retry && { retry }),
    ...(breaker && { breaker }),
    ...(instanceBreaker && { instanceBreaker }),
    ...(bulkhead && { bulkhead }),
    ...(throttle && { throttle }),
    ...(tokens && { tokens }),
    ...(hedge && { hedge }),
  };
}

/** Which endpoint, and how it is to be called. */
export type TargetSpec = { readonly contract: Service; readonly endpoint: string; readonly options: ClientOptions };
/** Time, chance and the ear for decisions. */
export type TargetPorts = {
  readonly clock: Clock;
  readonly random: Random;
  readonly observe: Observer;
  readonly wheel: Wheel;
  readonly subjects: Subjects;
  readonly steering: Steering;
  /** Whether every input and reply is checked, or one in a hundred. */
  readonly checking: Checking;
  /** True for a call the whole mesh has no room for at present. */
  readonly sheds: (call: StackCall) => boolean;
};
