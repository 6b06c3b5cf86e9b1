import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/** A program of the project in a process of its own, with what it said kept for a failing test to show. */
export class Child {
  readonly process: ChildProcess;
  #said = '';
  readonly #listeners = new Set<() => void>();

  constructor(script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.process = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(root, script), ...args],
      {
        cwd: root,
        env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/root', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const hear = (chunk: Buffer) => {
      this.#said = (this.#said + chunk.toString()).slice(-200_000);
      for (const listener of this.#listeners) listener();
    };
    this.process.stdout?.on('data', hear);
    this.process.stderr?.on('data', hear);
    this.process.on('exit', () => this.#listeners.forEach((listener) => listener()));
  }

  get said(): string {
    return this.#said;
  }

  get running(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  /** Waits until it says something that matches. @throws Error with what it said where it ends first */
  says(pattern: RegExp, withinMs = 120_000): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const settle = (outcome: () => void) => {
        clearTimeout(timer);
        this.#listeners.delete(look);
        outcome();
      };
      const fail = (why: string) =>
        settle(() => reject(new Error(`${why} before it said ${pattern}:\n${this.#said.slice(-3000)}`)));
      const timer = setTimeout(() => fail(`${withinMs / 1000} s went by`), withinMs);
      const look = () => {
        const match = pattern.exec(this.#said);
        if (match) settle(() => resolve(match));
        else if (!this.running) fail('it ended');
      };
      this.#listeners.add(look);
      look();
    });
  }

  /** Waits for its end. @returns exit code, or the signal that ended it */
  async ended(): Promise<number | string> {
    if (this.running) await once(this.process, 'exit');
    return this.process.exitCode ?? this.process.signalCode ?? 'unknown';
  }

  async signal(name: NodeJS.Signals): Promise<number | string> {
    if (this.running) this.process.kill(name);
    return this.ended();
  }
}
