/** One node with breaker, retries and bulkhead on; everything else as it comes. */
export const moleculerOptions = (nodeID) => ({
  namespace: 'bench',
  nodeID,
  transporter: process.env.NATS_URL,
  logger: false,
  requestTimeout: 5_000,
  circuitBreaker: { enabled: true },
  retryPolicy: { enabled: true },
  bulkhead: { enabled: true, concurrency: 1_024, maxQueueSize: 1_024 },
});
