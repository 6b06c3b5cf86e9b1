const LATEST_MS = 2_000;

/** Runs a step once the browser has nothing better to do. @returns calls it off */
export function whenIdle(step: () => void): () => void {
  // Safari has no idle callbacks.
  if (!('requestIdleCallback' in window)) {
    const timer = setTimeout(step, LATEST_MS);
    return () => clearTimeout(timer);
  }
  const handle = requestIdleCallback(step, { timeout: LATEST_MS });
  return () => cancelIdleCallback(handle);
}
