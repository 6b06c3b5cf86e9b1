/** The process is gone. */
export class CrashError extends Error {
  override name = 'CrashError';
}

/**
 * Lets a process die at one of its points: before and after each of its calls to the outside. Every later call finds
 * it dead.
 *
 * @param at number of the point, from 0; Infinity never
 */
export function crashAt(at: number) {
  let points = 0;
  let dead = false;
  const pass = () => {
    if (dead || points++ === at) {
      dead = true;
      throw new CrashError(`dead since point ${at}`);
    }
  };
  return {
    /** Points passed so far. */
    get points() {
      return points;
    },
    async call<T>(perform: () => Promise<T>): Promise<T> {
      pass();
      const result = await perform();
      pass();
      return result;
    },
  };
}
export type Crash = ReturnType<typeof crashAt>;
