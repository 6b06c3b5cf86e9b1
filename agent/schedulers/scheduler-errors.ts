/** A part of the scheduler, or of what it stands on, did not answer. Worth trying again later. */
export class SchedulerUnavailable extends Error {
  override readonly name = 'SchedulerUnavailable';
}

/** The scheduler answered what the agent does not understand. Trying again does not help; nothing was assumed. */
export class SchedulerAnswerUnreadable extends Error {
  override readonly name = 'SchedulerAnswerUnreadable';
}

/** The scheduler refused a command, or a name or figure was refused before it became one. */
export class SchedulerRefused extends Error {
  override readonly name = 'SchedulerRefused';
}
