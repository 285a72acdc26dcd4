import type { TestMesh } from './test-mesh.ts';

/**
 * Subjects of the events by which organism tells that a run has begun, one for each run from now on. A run may be over
 * before a question about it is answered; this is not missed.
 */
export async function begunRuns({ nats, ns }: Pick<TestMesh, 'nats' | 'ns'>): Promise<readonly string[]> {
  const begun: string[] = [];
  nats.subscribe(`${ns}.evt.organism.>`, {
    callback: (_error, { subject }) => {
      if (subject.includes('.attempt_started')) begun.push(subject);
    },
  });
  await nats.flush(); // whoever runs it has another connection
  return begun;
}
