/** What the scheduler says to a command; `job` is the id that a submission got. */
export type Answer =
  { readonly done: true; readonly job?: number } | { readonly done: false; readonly why: string };

export const done: Answer = { done: true };

export const refused = (why: string): Answer => ({ done: false, why });
