import { expect, test } from 'vitest';
import { startMesh } from '../support/test-mesh.ts';

/** It called a method of its log without the log, at the third try to follow a bucket that its owner had not made yet. */
test('state, long alone on a new broker, says what it follows in vain and lives', async () => {
  const mesh = await startMesh({ services: [] });
  try {
    const state = mesh.start('state', { LOG_LEVEL: 'info' });
    await state.printed(/"where":"following [^"]+","msg":"store"/);
    await mesh.ready('state');
    expect(state.child.exitCode).toBe(null);
  } finally {
    await mesh.stop();
  }
});
