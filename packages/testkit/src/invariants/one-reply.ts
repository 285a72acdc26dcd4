import { type Checker, eventsOf } from './history.ts';

/** M7: a request gets one reply at most, and a reply goes to an inbox and to nothing else. */
export const oneReply: Checker = (history) => {
  const asked = new Set<string>();
  const replied = new Set<string>();
  const violations: string[] = [];
  for (const { subject, reply } of eventsOf(history, 'published')) {
    if (asked.has(subject) && !subject.startsWith('_INBOX.')) violations.push(`M7: a reply went to ${subject}`);
    if (subject.startsWith('_INBOX.') && !asked.has(subject))
      violations.push(`M7: a reply nobody asked for: ${subject}`);
    if (subject.startsWith('_INBOX.') && replied.has(subject)) violations.push(`M7: a second reply to ${subject}`);
    if (subject.startsWith('_INBOX.')) replied.add(subject);
    if (reply !== undefined) asked.add(reply);
  }
  return { violations, sometimes: replied.size };
};
