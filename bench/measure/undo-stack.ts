/** What was started, ended again in reverse order, once. */
export class UndoStack {
  #steps: (() => unknown)[] = [];

  push(step: () => unknown): void {
    this.#steps.push(step);
  }

  /** @throws what the first step that failed threw, after all others were done */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0)
      throw new Error('not all that was started could be ended', { cause: failures[0] });
  }

  /** Runs it before the process ends by a signal. */
  onSignals(): void {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => {
        this.run().then(
          () => process.exit(130),
          () => process.exit(130),
        );
      });
  }
}
