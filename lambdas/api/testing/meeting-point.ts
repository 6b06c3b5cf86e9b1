/** Lets nobody pass before `count` have come; later ones pass at once. */
export function meetingPoint(count: number): () => Promise<void> {
  let come = 0;
  let open: () => void = () => undefined;
  const met = new Promise<void>((resolve) => {
    open = resolve;
  });
  return () => {
    come += 1;
    if (come === count) open();
    return met;
  };
}

/** Runs something the first time only. */
export function once(work: () => Promise<unknown>): () => Promise<void> {
  let done = false;
  return async () => {
    if (done) return;
    done = true;
    await work();
  };
}
