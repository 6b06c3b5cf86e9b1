import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { ApiSession } from '@keystone/local/demo/api-session.ts';
import type { SlurmLab } from '@keystone/local/slurm/start-slurm.ts';
import { Child } from './child.ts';

const tokenSchema = z.object({ token: z.string() });
const program = 'agent/bin/keystone-agent.ts';

/** A real Slurm, or the file that describes a simulated one. */
export type AgentsScheduler = Pick<SlurmLab, 'env'> | { readonly simulation: string };

/** An enrolled agent that enforces, in a process of its own. */
export class AgentProcess {
  readonly state: string;
  readonly #env: Readonly<Record<string, string>>;
  #child: Child | undefined;

  private constructor(state: string, env: Readonly<Record<string, string>>) {
    this.state = state;
    this.#env = env;
  }

  /** Enrols with a token that staff makes, as an operator of the cluster would. */
  static async enrol(
    staff: ApiSession,
    url: string,
    cluster: number,
    scheduler: AgentsScheduler,
  ): Promise<AgentProcess> {
    const { token } = tokenSchema.parse(
      await staff.call('POST', `/allocations/clusters/${cluster}/enrolment/`),
    );
    const state = mkdtempSync(join(tmpdir(), 'keystone-agent-'));
    const simulated = 'simulation' in scheduler;
    const agent = new AgentProcess(state, simulated ? {} : { ...scheduler.env });
    const enrol = new Child(
      program,
      [
        'enrol',
        '--url',
        `${url}/api`,
        '--token',
        token,
        '--state-dir',
        state,
        ...(simulated
          ? ['--scheduler', 'simulated', '--simulation', scheduler.simulation]
          : ['--slurm-conf', scheduler.env.SLURM_CONF]),
      ],
      agent.#env,
    );
    const code = await enrol.ended();
    if (code !== 0) throw new Error(`enrolment failed (${code}):\n${enrol.said}`);
    return agent;
  }

  start(): void {
    this.#child = new Child(program, ['run', '--mode', 'enforce', '--state-dir', this.state], this.#env);
  }

  async stop(): Promise<number | string | undefined> {
    return this.#child?.signal('SIGTERM');
  }

  async kill(): Promise<number | string | undefined> {
    return this.#child?.signal('SIGKILL');
  }

  get running(): boolean {
    return this.#child?.running ?? false;
  }

  get said(): string {
    return this.#child?.said ?? '';
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.state, { recursive: true, force: true });
  }
}
