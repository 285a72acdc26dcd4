import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { builtInSkills } from '../skill/built-in/index.ts';
import { runSkill } from '../skill/run-skill.ts';
import type { HostRequest } from '../skill/skill-host.ts';
import { FakeHost, orderOf } from './fake-host.ts';

/** Begins a run of a built-in skill, whose host answers what it is given. */
export function beginBuiltIn(name: string, input: unknown, answers?: (request: HostRequest) => unknown) {
  const skill = builtInSkills.find((one) => one.name === name);
  if (skill === undefined) throw new RangeError(name);
  const host = new FakeHost(answers);
  const clock = new VirtualClock();
  const ports = { host, clock, random: new SeededRandom(1), signal: new AbortController().signal };
  return { end: runSkill(skill, orderOf(name, input), ports), host, clock };
}

/** The same to its end. */
export const playBuiltIn = (...args: Parameters<typeof beginBuiltIn>) => beginBuiltIn(...args).end;
