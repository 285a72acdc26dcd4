import { nearest } from '@seedcore/protocol';
import { CommandError, exitCodes } from '../exit-code.ts';

/** The services `up` starts; each lives in `services/<name>`. */
export const serviceNames = ['ml', 'energy', 'state', 'cognitive', 'organism', 'coordinator'] as const;

/** One of the six. */
export type ServiceName = (typeof serviceNames)[number];

/**
 * Reads `--services ml,state`; all of them when it is left out.
 *
 * @throws CommandError naming an unknown service and the one that was probably meant
 */
export function chosenServices(list: string | undefined): ServiceName[] {
  if (list === undefined) return [...serviceNames];
  const typed = list.split(',').map((name) => name.trim());
  const chosen = serviceNames.filter((name) => typed.includes(name));
  const unknown = typed.find((name) => !serviceNames.some((known) => known === name));
  if (unknown === undefined) return chosen;
  const meant = nearest(unknown, serviceNames);
  const hint = meant === undefined ? `known: ${serviceNames.join(', ')}` : `did you mean "${meant}"?`;
  throw new CommandError(`--services: there is no service "${unknown}"; ${hint}`, exitCodes.usage);
}
