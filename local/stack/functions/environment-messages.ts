/** What an environment's thread is told when it starts. */
export interface EnvironmentData {
  /** File that holds the handler. */
  file: string;
  exported: string;
  functionName: string;
  functionArn: string;
  memoryMb: number;
}

/** One event to handle. */
export interface InvokeMessage {
  id: string;
  event: unknown;
  /** Milliseconds since 1970 at which the function's time is over. */
  deadline: number;
}

export type OutcomeMessage =
  { id: string; ok: true; result: unknown } | { id: string; ok: false; error: string; stack: string };
