import { isRecord } from '@seedcore/protocol';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
/** What every line of this process carries, and nobody asks for again. */
const OWN = ['level', 'time', 'msg', 'ns', 'service', 'instance', 'pid', 'hostname'];

/** Which lines are wanted; the newest `limit` of them. */
export type LineFilter = {
  readonly level: string;
  readonly limit: number;
  readonly since?: string | undefined;
  readonly organ_id?: string | undefined;
  readonly task_id?: string | undefined;
  readonly trace_id?: string | undefined;
  readonly contains?: string | undefined;
};

/** One line, read. */
export type LogEntry = {
  readonly at: string;
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
};

/**
 * The newest lines that fit, newest first.
 *
 * @param lines JSON, oldest first
 * @param maxChars of all of them together; older ones beyond it are left out
 */
export function pickLines(
  lines: readonly string[],
  filter: LineFilter,
  maxChars: number,
): { readonly lines: LogEntry[]; readonly cut: boolean } {
  const picked: LogEntry[] = [];
  let chars = 0;
  for (let i = lines.length - 1; i >= 0 && picked.length < filter.limit; i--) {
    const line = lines[i] ?? '';
    const entry = mayFit(line, filter) ? entryOf(line) : undefined;
    if (entry === undefined || !fits(entry, filter)) continue;
    chars += line.length;
    if (chars > maxChars) return { lines: picked, cut: true };
    picked.push(entry);
  }
  return { lines: picked, cut: false };
}

/** Cheaper than reading a line that cannot fit. */
const mayFit = (line: string, { task_id = '', trace_id = '' }: LineFilter): boolean =>
  line.includes(task_id) && line.includes(trace_id);

function entryOf(line: string): LogEntry | undefined {
  const read: unknown = JSON.parse(line);
  if (!isRecord(read)) return undefined;
  const fields = Object.fromEntries(Object.entries(read).filter(([key]) => !OWN.includes(key)));
  return { at: String(read['time']), level: String(read['level']), message: String(read['msg'] ?? ''), fields };
}

function fits({ at, level, message, fields }: LogEntry, filter: LineFilter): boolean {
  const same = (key: 'organ_id' | 'task_id' | 'trace_id') => filter[key] === undefined || fields[key] === filter[key];
  return (
    LEVELS.indexOf(level) >= LEVELS.indexOf(filter.level) &&
    (filter.since === undefined || Date.parse(at) >= Date.parse(filter.since)) &&
    same('organ_id') &&
    same('task_id') &&
    same('trace_id') &&
    (filter.contains === undefined ||
      message.includes(filter.contains) ||
      JSON.stringify(fields).includes(filter.contains))
  );
}
