import type { Callback } from 'dynalite/db/index.js';

/** The outcome of one of dynalite's functions, which take a callback. */
export function promised<T>(run: (done: Callback<T>) => void): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    run((error, value) => {
      if (error) reject(error instanceof Error ? error : new Error(String(error)));
      else resolve(value);
    });
  });
}
