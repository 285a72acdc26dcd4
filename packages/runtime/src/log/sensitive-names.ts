import { describeService, isRecord, type Service } from '@seedcore/protocol';

/** Names of every field a contract marks as sensitive, wherever it stands. */
export function sensitiveNames(contract: Service): readonly string[] {
  const names = new Set<string>();
  collect(describeService(contract), names);
  return [...names];
}

function collect(node: unknown, names: Set<string>): void {
  if (Array.isArray(node)) for (const inner of node) collect(inner, names);
  if (!isRecord(node)) return;
  const properties = node['properties'];
  if (isRecord(properties))
    for (const [name, inner] of Object.entries(properties))
      if (isRecord(inner) && inner['sensitive'] === true) names.add(name);
  for (const inner of Object.values(node)) collect(inner, names);
}
