/** What happens to one write or answer of a process: the faults a real broker and a real process have. */
export type Fate =
  | 'pass'
  /** It never arrives, and the process is dead from here on. */
  | 'die'
  /** It arrives, then the process is dead. */
  | 'die_after'
  /** It never arrives, and the answer is a timeout. */
  | 'lose_request'
  /** It arrives, and the answer is a timeout. */
  | 'lose_answer'
  /** It arrives, and the answer says that it was refused. */
  | 'refuse_written';

/** Decides the fate of a write (`write` and its subject) or of an acknowledgement (`ack` and the message's). */
export type Fates = (what: 'write' | 'ack' | 'nak', subject: string) => Fate;
