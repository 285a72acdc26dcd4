import { z } from 'zod';
import { MAX_DEADLINE_MS } from '../limits.ts';
import { isMeshErrorCode } from '../mesh-error.ts';
import type { Endpoint } from './endpoint.ts';
import { looseObjects } from './loose-objects.ts';
import { isContractName, reservedNames, wireName } from './names.ts';
import { optionProblems } from './option-problems.ts';
import type { Service } from './service.ts';

/** Everything that is wrong with a contract, one sentence each. */
export function contractProblems(contract: Service): string[] {
  const names = [...Object.keys(contract.endpoints), ...Object.keys(contract.events)];
  return [
    ...(isContractName(contract.name) ? [] : [`service name "${contract.name}" must match [a-z][A-Za-z0-9_]{0,47}`]),
    ...(/^\d+\.\d+\.\d+$/.test(contract.version) ? [] : [`version "${contract.version}" must be three numbers`]),
    ...names.filter((name) => !isContractName(name)).map((name) => `name "${name}" must match [a-z][A-Za-z0-9_]{0,47}`),
    ...reserved(contract),
    ...clashes(Object.keys(contract.endpoints)),
    ...clashes(Object.keys(contract.events)),
    ...Object.entries(contract.events)
      .filter(([, { kind }]) => kind !== 'lossy' && kind !== 'durable')
      .map(([name]) => `event "${name}": kind must be lossy or durable`),
    ...Object.entries(contract.endpoints).flatMap(([name, target]) => endpointProblems(name, target)),
  ];
}

function reserved(contract: Service): string[] {
  const taken: readonly string[] = reservedNames;
  return Object.keys(contract.endpoints)
    .filter((name) => taken.includes(wireName(name)))
    .map((name) => `endpoint "${name}" is reserved: every service answers it by itself`);
}

function clashes(names: readonly string[]): string[] {
  const wires = names.map(wireName);
  return names
    .filter((name, i) => wires.indexOf(wireName(name)) !== i)
    .map((name) => `"${name}" has the wire name of another`);
}

function endpointProblems(name: string, target: Endpoint): string[] {
  const codes = Object.entries(target.failures);
  return [
    ...(target.deadlineMs >= 1 && target.deadlineMs <= MAX_DEADLINE_MS
      ? []
      : [`${name}: deadlineMs must be 1 to ${MAX_DEADLINE_MS}`]),
    ...(target.degradable && !(target.output instanceof z.ZodObject)
      ? [`${name}: only an object can be degradable`]
      : []),
    ...codes.filter(([code]) => isMeshErrorCode(code)).map(([code]) => `${name}: failure "${code}" is a mesh error`),
    ...codes
      .filter(([, f]) => f.status < 400 || f.status > 499)
      .map(([code]) => `${name}: status of "${code}" must be 4xx`),
    ...optionProblems(target).map((problem) => `${name}: ${problem}`),
    ...looseObjects(target.input).map((path) => `${name}: input${path} accepts unknown fields: write z.strictObject`),
  ];
}
