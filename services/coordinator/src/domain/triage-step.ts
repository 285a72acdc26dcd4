import type { TriageStep } from '@seedcore/contracts';
import type { Degraded } from '@seedcore/protocol';

/** What one service was asked within a triage: an answer, perhaps marked, or why it has none. */
export type Answered<T> = { readonly value: T; readonly degraded?: Degraded | undefined } | { readonly none: string };

/** A finished step: its line in the report, and what it found; kept as a memo, so it must be JSON. */
export type Finding<T> = { readonly line: TriageStep; readonly value?: T };

/** Who is asked for what. */
export type Asked = Pick<TriageStep, 'step' | 'service' | 'endpoint'>;

/** What is told about an answer beside the answer. */
export type Told<T> = { readonly ms: number; readonly detail: (value: T) => string };

/** The finding of a service that answered. */
export function answered<T>(asked: Asked, answer: Answered<T>, { ms, detail }: Told<T>): Finding<T> {
  if ('none' in answer) return { line: { ...asked, source: 'skipped', ms, detail: clip(answer.none) } };
  const { value, degraded } = answer;
  const source = degraded?.source === 'cache' ? 'cached' : 'live';
  const mark = degraded === undefined ? {} : { degraded };
  return { line: { ...asked, source, ms, detail: clip(detail(value)), ...mark }, value };
}

/** The finding of a step there was no need for. */
export function needless<T>(asked: Asked, why: string): Finding<T> {
  return { line: { ...asked, source: 'skipped', ms: 0, detail: clip(why) } };
}

/** The finding where the service could not be reached, or broke; `code` says how. */
export function unreached<T>(asked: Asked, code: string, ms: number): Finding<T> {
  const degraded = { reason: `${asked.service}_unavailable`, source: 'default' } as const;
  return { line: { ...asked, source: 'skipped', ms, detail: `no answer: ${code}`, degraded } };
}

/** The same finding with a stand-in computed here, marked so that nobody takes it for the answer asked for. */
export function standIn<T>({ line }: Finding<T>, value: T, detail: string): Finding<T> {
  return { line: { ...line, source: 'default', detail: clip(`${line.detail}; ${detail}`) }, value };
}

const clip = (text: string) => text.slice(0, 400);
