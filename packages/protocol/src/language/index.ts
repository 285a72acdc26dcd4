export {
  type Criticality,
  type Endpoint,
  type EndpointSpec,
  endpoint,
  type FailureSpecs,
  wireOutput,
} from './endpoint.ts';
export { type Event, type EventKind, type EventSpec, event } from './event.ts';
export { type DetailsSchema, type Failure, type FailureSpec, failure } from './failure.ts';
export { isContractName, nearest, reservedNames, wireName } from './names.ts';
export {
  type Answered,
  type CallOf,
  type Client,
  type ClientMethod,
  type Details,
  type FailureOf,
  fail,
  type Handler,
  type Handlers,
  type Implementation,
  type Input,
  type Item,
  implement,
  type Output,
  ok,
  type Reply,
  type Sent,
  type StreamMethod,
  type Success,
} from './reply.ts';
export { holdsSensitive, isSensitive, sensitive } from './sensitive.ts';
export { type Endpoints, type Events, type Service, type ServiceSpec, service } from './service.ts';
