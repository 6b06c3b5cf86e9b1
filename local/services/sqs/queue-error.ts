/** A refusal as SQS words it. */
export class QueueError extends Error {
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.name = 'QueueError';
    this.type = type;
    this.status = status;
  }
}
