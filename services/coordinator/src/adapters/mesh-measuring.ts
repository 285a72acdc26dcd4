import { ml } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import { detectionOf } from '../domain/detection.ts';
import { seriesFeatures } from '../domain/series-features.ts';
import type { Measuring } from '../ports.ts';

/** Numbers from ml. */
export function meshMeasuring(mesh: Mesh): Measuring {
  const client = mesh.client(ml);
  return {
    async drift({ agent_id, domain }, series, call) {
      const features = seriesFeatures(series);
      const reply = await client.compute_drift_score({ stream: `${agent_id}.${domain}`, features }, call);
      if (!reply.ok) return { none: reply.failure.code };
      const { score, n } = reply.value;
      return score === null ? { none: `not ready: ${n} series of this stream seen so far` } : { value: score };
    },
    async anomalies(series, timestamps, call) {
      const data = [...series];
      const times = timestamps === undefined ? {} : { timestamps: [...timestamps] };
      const reply = await client.detect_anomaly({ data, ...times }, call);
      if (!reply.ok) return { none: reply.failure.code };
      const all = reply.value.points.map(({ index, value, score, severity }) => ({ index, value, score, severity }));
      return { value: detectionOf(all) };
    },
  };
}
