import { coordinator } from '@seedcore/contracts';
import { type Clock, type Implementation, implement } from '@seedcore/protocol';
import type { Tasks } from '@seedcore/tasks';
import { anomalyTriage } from './endpoints/anomaly-triage.ts';
import { cancelTask } from './endpoints/cancel-task.ts';
import { getSystemStatus } from './endpoints/get-system-status.ts';
import { getTask } from './endpoints/get-task.ts';
import { listDeadLetters } from './endpoints/list-dead-letters.ts';
import { listTasks } from './endpoints/list-tasks.ts';
import { pauseQueue } from './endpoints/pause-queue.ts';
import { processTask } from './endpoints/process-task.ts';
import { redriveDeadLetter } from './endpoints/redrive-dead-letter.ts';
import { redriveDeadLetters } from './endpoints/redrive-dead-letters.ts';
import { resumeQueue } from './endpoints/resume-queue.ts';
import { retryTask } from './endpoints/retry-task.ts';
import { signalTask } from './endpoints/signal-task.ts';
import { submitTask } from './endpoints/submit-task.ts';
import type { Census } from './ports.ts';

/** What the endpoints need of the world. */
export type ServicePorts = { readonly tasks: Tasks; readonly census: Census; readonly clock: Clock };

/** The coordinator's endpoints. */
export function coordinatorService(ports: ServicePorts): Implementation<typeof coordinator> {
  return implement(coordinator, {
    submit_task: submitTask(ports),
    process_task: processTask(ports),
    get_task: getTask(ports),
    list_tasks: listTasks(ports),
    cancel_task: cancelTask(ports),
    signal_task: signalTask(ports),
    retry_task: retryTask(ports),
    list_dead_letters: listDeadLetters(ports),
    redrive_dead_letter: redriveDeadLetter(ports),
    redrive_dead_letters: redriveDeadLetters(ports),
    pause_queue: pauseQueue(ports),
    resume_queue: resumeQueue(ports),
    anomaly_triage: anomalyTriage(ports),
    get_system_status: getSystemStatus(ports),
  });
}
