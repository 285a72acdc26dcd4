import { type Checker, eventsOf } from './history.ts';

/** Everybody is asked at once there, and everybody answers. */
const asksMany = (subject: string): boolean => subject.startsWith('$SRV.');

/** M7: a request gets one reply at most, and a reply goes to an inbox and to nothing else. */
export const oneReply: Checker = (history) => {
  const asked = new Map<string, string>();
  const replied = new Set<string>();
  const violations: string[] = [];
  for (const { subject, reply } of eventsOf(history, 'published')) {
    if (reply !== undefined) asked.set(reply, subject);
    const request = asked.get(subject);
    if (!subject.startsWith('_INBOX.')) {
      if (request !== undefined && reply === undefined) violations.push(`M7: a reply went to ${subject}`);
      continue;
    }
    if (request === undefined) violations.push(`M7: a reply nobody asked for: ${subject}`);
    else if (replied.has(subject) && !asksMany(request)) violations.push(`M7: a second reply to ${subject}`);
    replied.add(subject);
  }
  return { violations, sometimes: replied.size };
};
