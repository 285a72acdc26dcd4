/** One process's access to everybody else: connection, typed clients, discovery, events. */
export type { BuiltinAnswer, BuiltinName } from './client/builtin.ts';
export type { ClientOptions } from './client/call-target.ts';
export { systemClock } from './clock-system.ts';
export { connect } from './connect/connect.ts';
export type { ConnectOptions, TlsOptions } from './connect/connect-options.ts';
export { natsFromEnv } from './connect/nats-url.ts';
export type { Instance } from './directory/instances.ts';
export type { MicroEndpoint, MicroIdentity, MicroInfo, MicroStats } from './directory/micro-info.ts';
export type { EventContext, SubscribeOptions } from './events/subscriber.ts';
export type { BrokerFacts, EventData, EventName, EventSent, Mesh } from './mesh.ts';
export { inlineLimit, nowhereToPut, referenceBody, referenceHeader, travelsInline } from './payload/large-body.ts';
export type { Payloads, PayloadWait } from './payload/payloads.ts';
export { systemRandom } from './random-system.ts';
export type { AttemptEnded, CallEnded, EventSeen, MeshObserver } from './report/observer.ts';
export type { TargetReport, TargetStatus } from './report/resources.ts';
export type {
  PublishOptions,
  Subscription,
  Transport,
  TransportState,
  WireMessage,
} from './transport/transport.ts';
