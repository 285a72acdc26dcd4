import { cognitive } from '@seedcore/contracts';
import { conformance, SeededRandom, startService, VirtualClock } from '@seedcore/testkit';
import { test } from 'vitest';
import { cognitiveService } from './service.ts';

function start() {
  const clock = new VirtualClock();
  const incidents = { find: async () => [] };
  const ports = { clock, random: new SeededRandom(7), incidents, announce: () => undefined };
  return startService(cognitiveService(ports), { clock });
}

test.each(conformance(cognitive, start))('$name', ({ run }) => run());
