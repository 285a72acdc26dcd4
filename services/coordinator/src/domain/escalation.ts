import type { Anomaly } from '@seedcore/contracts';

const DRIFT_LIMIT = 0.7;

/** Why thinking is worth its cost, or undefined when it is not. */
export function escalationReason(anomalies: readonly Anomaly[], drift: number | undefined): string | undefined {
  if (drift !== undefined && drift > DRIFT_LIMIT) return `drift ${drift.toFixed(2)} is above ${DRIFT_LIMIT}`;
  const severe = anomalies.find(({ severity }) => severity === 'high');
  return severe && `the value at ${severe.index} is of high severity`;
}
