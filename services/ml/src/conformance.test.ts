import { ml } from '@seedcore/contracts';
import { conformance, startService, VirtualClock } from '@seedcore/testkit';
import { test } from 'vitest';
import { mlService } from './service.ts';

function start() {
  const clock = new VirtualClock();
  return startService(mlService({ clock, announce: () => undefined }), { clock });
}

test.each(conformance(ml, start))('$name', ({ run }) => run());
