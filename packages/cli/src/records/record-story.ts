import { ANSWERED, type CallRecord, DEGRADED, type RecordStep, type StepDetail } from '@seedcore/mesh';
import { duration } from '../output/quantity.ts';

/** A record as sentences: what was called and how it ended, then one line per step with the time it was taken at. */
export function recordStory(record: CallRecord): readonly string[] {
  const { call, target, ms, trace_id, started, chain, steps } = record;
  const times = steps.map(({ at_ms }) => duration(at_ms));
  const width = Math.max(0, ...times.map((time) => time.length));
  const lines = steps.map((step, i) => `  ${(times[i] ?? '').padStart(width)}  ${stepSentence(step)}`);
  return [
    `${target}, called by ${callerOf(record)}, ${endingOf(record.outcome)} after ${duration(ms)}.`,
    `  call ${call}, trace ${trace_id}, began ${started}${chain.length > 0 ? `, by way of ${chain.join(' > ')}` : ''}`,
    ...(lines.length > 0 ? lines : ['  nothing happened on its way that is worth telling']),
  ];
}

function callerOf({ caller, instance }: CallRecord): string {
  return instance.startsWith(`${caller}-`) ? instance : `${caller} (${instance})`;
}

/** How a call ended, in words. */
export function endingOf(outcome: string): string {
  if (outcome === ANSWERED) return 'was answered';
  if (outcome === DEGRADED) return 'got a degraded answer';
  return `ended with ${coded(outcome)}`;
}

/** One step in words. */
export function stepSentence({ layer, decision, detail }: RecordStep): string {
  switch (layer) {
    case 'attempt':
      return attemptSentence(decision, detail);
    case 'retry':
      return decision === 'wait'
        ? `waits ${duration(detail.wait_ms ?? 0)}, then tries again`
        : `does not try again: ${stopWords[detail.reason ?? ''] ?? detail.reason ?? 'no reason kept'}`;
    case 'fallback':
      return `a stand-in answers: ${standInWords(decision, detail)}`;
    case 'single_flight':
      return 'joins an equal call that is on its way already';
    case 'instance':
      return `instance ${detail.instance || 'unknown'} refused at once; ${detail.to} is asked instead, which is no retry`;
    case 'hedge':
      return hedgeSentence(decision, detail);
    case 'bulkhead':
      return decision === 'waits'
        ? `waits for a place, number ${detail.queued} in line`
        : `refused here: ${lineWords[detail.reason ?? ''] ?? 'too many calls wait for this target'}`;
    case 'breaker':
      return `refused here: the breaker is open (${tripWords[detail.reason ?? ''] ?? 'it failed too often'})${later(detail)}`;
    case 'tokens':
      return `refused here: this process may not ask so often${later(detail)}`;
    case 'throttle':
      return `refused here: ${detail.reason === 'brownout' ? 'the whole system sheds calls of this class' : 'the target has been refusing too many calls'}`;
    case 'deadline':
      return `refused here: ${duration(Math.max(0, detail.left_ms ?? 0))} left are not enough`;
    case 'call':
      return `${decision === 'refused' ? 'refused before it was sent' : decision}: ${codeSentence(detail)}`;
  }
}

function standInWords(decision: string, { age_ms }: StepDetail): string {
  if (decision === 'custom') return "one of the caller's own making";
  if (decision === 'default') return 'the default';
  return `the last good value${age_ms === undefined ? '' : `, ${duration(age_ms)} old`}`;
}

function attemptSentence(decision: string, detail: StepDetail): string {
  const { attempt, instance, ms = 0 } = detail;
  const who = `attempt ${attempt}, ${instance === undefined ? 'to whoever takes it' : `at ${instance}`},`;
  if (decision === 'answered') return `${who} was answered after ${duration(ms)}`;
  return `${who} failed after ${duration(ms)}: ${codeSentence(detail)}`;
}

function hedgeSentence(decision: string, { instance }: StepDetail): string {
  if (decision === 'sent') return `still silent: ${instance} is asked as well`;
  return decision === 'won' ? 'the second one answered first' : 'the first one answered first';
}

function codeSentence({ code = 'internal', reason, field, retry_after_ms }: StepDetail): string {
  const why = reason === undefined ? '' : ` (${reason.replaceAll('_', ' ')})`;
  const where = field === undefined ? '' : `, field ${field || '/'}`;
  return `${coded(code)}${why}${where}${later({ ...(retry_after_ms === undefined ? {} : { retry_after_ms }) })}`;
}

/** A code, and what it says where that is known. */
export const coded = (code: string): string => (codeWords[code] === undefined ? code : `${code}, ${codeWords[code]}`);

const later = ({ retry_after_ms: ms }: StepDetail): string =>
  ms === undefined ? '' : `; to be asked again in ${duration(ms)}`;

/** What a code says, for people. */
const codeWords: Readonly<Record<string, string>> = {
  bad_request: 'the input does not fit',
  forbidden: 'the caller may not do that',
  unknown_endpoint: 'there is no such endpoint',
  cancelled: 'nobody waited any more',
  cycle_refused: 'it would have called itself, or too many hops',
  no_responder: 'nobody listens there',
  overloaded: 'it is too busy',
  rate_limited: 'it takes no more from this caller for now',
  draining: 'it is shutting down',
  unavailable: 'something it depends on is missing',
  not_connected: 'this process had no connection to the broker',
  timeout: 'no answer in time',
  deadline_exceeded: 'there was no time left',
  circuit_open: 'the breaker is open',
  bulkhead_full: 'too many calls of this process wait',
  throttled: 'this process holds its calls back',
  internal: 'a defect of the service',
  bad_reply: 'the reply does not keep the contract',
};

const stopWords: Readonly<Record<string, string>> = {
  attempts_spent: 'that was the last attempt there is',
  never_retried: 'asking again cannot help',
  not_idempotent: 'it may have run, and must not run twice',
  retry_of_a_retry: 'whoever asked for this is trying again already',
  budget_spent: 'this target had too many retries of late',
  no_time_left: 'there is no time for another one',
};

const tripWords: Readonly<Record<string, string>> = {
  run: 'too many failures in a row',
  rate: 'too many of the last calls failed',
  slow: 'too many of the last calls were slow',
  probe: 'a trial call failed',
  isolate: 'an operator isolated it',
};

const lineWords: Readonly<Record<string, string>> = {
  full: 'the line of waiting calls is full',
  evicted: 'a more important call took its place in line',
  late: 'its turn would have come too late',
};
