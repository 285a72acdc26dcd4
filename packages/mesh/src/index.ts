/** One process's access to everybody else: connection, typed clients, discovery, events. */

export { type Brownout, type BrownoutLevel, noBrownout } from './brownout/brownout.ts';
export { MeshBrownout } from './brownout/mesh-brownout.ts';
export { sheds } from './brownout/sheds.ts';
export type { BuiltinAnswer, BuiltinName } from './client/builtin.ts';
export type { ClientOptions } from './client/call-target.ts';
export type { EndpointFallback, Fallbacks, OptionsFor } from './client/fallbacks.ts';
export {
  clients,
  type NamedClients,
  type Registry,
  type ServiceClient,
  type ServiceClientControls,
} from './client/named-clients.ts';
export type { ProfileName } from './client/profile.ts';
export { systemClock } from './clock-system.ts';
export { hostKnobs, logLevels } from './config/host-knobs.ts';
export type { Knob } from './config/knob.ts';
export { type KnobSpec, readerOf } from './config/knob-spec.ts';
export { knobs } from './config/knobs.ts';
export type { ConfigRejection, MeshConfig } from './config/mesh-config.ts';
export { type Setting, settingsOf } from './config/settings.ts';
export { connect } from './connect/connect.ts';
export type { ConnectOptions, TlsOptions } from './connect/connect-options.ts';
export { natsFromEnv } from './connect/nats-url.ts';
export type { InstanceState, InstanceView } from './directory/instance.ts';
export type { MicroEndpoint, MicroIdentity, MicroInfo, MicroStats } from './directory/micro-info.ts';
export type { DeadEvent, DeadEventReason, EventError } from './events/dead-event.ts';
export type { DurableEventContext, EventContext, SubscribeOptions } from './events/event-handler.ts';
export type {
  Consuming,
  Consumption,
  EventAddress,
  EventStore,
  Handling,
  KeptEvent,
  NewEvent,
  Settlement,
} from './events/event-store.ts';
export type { DurableEventOptions, EventOptions, EventReceipt } from './events/publisher.ts';
export { MAX_AGAIN_MS, MAX_DELIVERIES } from './events/redelivery.ts';
export type { Gathered, Gathering } from './gather/gather-answers.ts';
export type { Quorum } from './gather/quorum.ts';
export type { JsOutcome } from './kv/js-api.ts';
export type { Kv, KvBucket, KvSpec, KvValue, KvWatch } from './kv/kv.ts';
export type {
  BrokerFacts,
  ContextOf,
  EventData,
  EventName,
  EventSent,
  Mesh,
  Published,
  PublishingOptions,
} from './mesh.ts';
export { inlineLimit, nowhereToPut, referenceBody, referenceHeader, travelsInline } from './payload/large-body.ts';
export type { Payloads, PayloadWait } from './payload/payloads.ts';
export type { Present } from './presence/presence.ts';
export type { PresenceFacts } from './presence/presence-body.ts';
export { systemRandom } from './random-system.ts';
export {
  ANSWERED,
  type CallRecord,
  DEGRADED,
  type RecordLayer,
  type RecordStep,
  recordDecisions,
  type StepDetail,
} from './record/call-record.ts';
export { readRecord } from './record/read-record.ts';
export type { CallRecords } from './record/recorder.ts';
export type { AttemptEnded, CallEnded, EventSeen, MeshObserver } from './report/observer.ts';
export type { TargetReport, TargetStatus } from './report/resources.ts';
export { type Messaging, messaging, type Operation } from './trace/messaging.ts';
export type { EndedSpan, SpanAttributes, SpanKind, WorkDone } from './trace/span.ts';
export { type TraceOptions, Tracing } from './trace/tracing.ts';
export type {
  PublishOptions,
  Subscription,
  Transport,
  TransportState,
  WireMessage,
} from './transport/transport.ts';
