import type { MeshError } from '@seedcore/protocol';
import { coded } from './record-story.ts';

/** An error of the mesh for people; what it says beside target and code is told, what it only repeats is not. */
export function meshErrorText({ target, code, message }: MeshError): string {
  const said = message.startsWith(`${target}: `) ? message.slice(target.length + 2) : message;
  return said === code ? `${target}: ${coded(code)}` : `${target}: ${code}: ${said}`;
}
