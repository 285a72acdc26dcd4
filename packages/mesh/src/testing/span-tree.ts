import type { EndedSpan } from '../trace/span.ts';

/**
 * Spans as lines, each below and further in than the one it is part of, in the order in which they began: name, error
 * type, and what was decided, as in `  attempt !timeout <retry wait>`. Those whose parent is not among them are roots.
 */
export function spanTree(spans: readonly EndedSpan[]): readonly string[] {
  const ids = new Set(spans.map(({ trace }) => trace.spanId));
  const begun = [...spans].sort((a, b) => a.startedWallMs - b.startedWallMs);
  const below = (parent: EndedSpan | undefined, depth: number): string[] =>
    begun
      .filter((one) => (parent === undefined ? !ids.has(one.parentId ?? '') : isPart(one, parent)))
      .flatMap((one) => [`${'  '.repeat(depth)}${line(one)}`, ...below(one, depth + 1)]);
  return below(undefined, 0);
}

const isPart = (one: EndedSpan, parent: EndedSpan): boolean =>
  one.parentId === parent.trace.spanId && one.trace.traceId === parent.trace.traceId;

function line({ name, attributes, failed }: EndedSpan): string {
  const error = attributes['error.type'] === undefined ? '' : ` ${failed ? '!' : '?'}${attributes['error.type']}`;
  const degraded = attributes['sc.degraded'] === undefined ? '' : ` ~${attributes['sc.degraded']}`;
  const decided = attributes['sc.decision'];
  return `${name}${error}${degraded}${Array.isArray(decided) ? ` <${decided.join(', ')}>` : ''}`;
}
