/** Every header the mesh reads or writes, spelt as it is written. */
export const headerNames = {
  contentType: 'Content-Type',
  deadlineMs: 'Sc-Deadline-Ms',
  sentMs: 'Sc-Sent-Ms',
  call: 'Sc-Call',
  chain: 'Sc-Chain',
  attempt: 'Sc-Attempt',
  criticality: 'Sc-Criticality',
  contract: 'Sc-Contract',
  idempotencyKey: 'Idempotency-Key',
  traceparent: 'traceparent',
  tracestate: 'tracestate',
  load: 'Sc-Load',
  degraded: 'Sc-Degraded',
  errorCode: 'Nats-Service-Error-Code',
  error: 'Nats-Service-Error',
} as const;
