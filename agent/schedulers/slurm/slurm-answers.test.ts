import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { SchedulerRefused, SchedulerUnavailable } from '../scheduler-errors.ts';
import type { CommandResult, CommandRunner } from './command-runner.ts';
import { fixture } from './fixture.ts';
import { read, requireAnswer, saidBy } from './slurm-answers.ts';

const outages = z
  .array(
    z.object({
      daemon: z.string(),
      program: z.enum(['sacctmgr', 'sacct', 'scontrol', 'squeue']),
      code: z.int(),
      stderr: z.string(),
    }),
  )
  .parse(JSON.parse(fixture('outages.json')));
const answering = (result: Partial<CommandResult>): Pick<CommandRunner, 'run'> => ({
  run: async () => ({ code: 0, stdout: '', stderr: '', ...result }),
});

describe('answers of Slurm', () => {
  it('were recorded without each daemon', () => {
    expect(new Set(outages.map(({ daemon }) => daemon))).toEqual(
      new Set(['slurmctld', 'slurmdbd', 'mariadb', 'munge']),
    );
  });

  it.each(outages)('of $program without $daemon mean that it is away', async ({ program, code, stderr }) => {
    await expect(read(answering({ code, stderr }), program, [])).rejects.toBeInstanceOf(SchedulerUnavailable);
    expect(() => requireAnswer(program, { code, stdout: '', stderr })).toThrow(SchedulerUnavailable);
  });

  it('of any other failure mean that it was refused', async () => {
    const refused = answering({ code: 1, stderr: 'sacctmgr: error: Access/permission denied' });
    await expect(read(refused, 'sacctmgr', ['show'])).rejects.toBeInstanceOf(SchedulerRefused);
  });

  it('are read where the program succeeded, whatever it grumbled', async () => {
    const grumbling = answering({
      stdout: 'fine',
      stderr: 'error: Ignoring obsolete setting; Connection refused earlier',
    });
    await expect(read(grumbling, 'scontrol', [])).resolves.toBe('fine');
  });

  it('become one line for people', () => {
    expect(saidBy({ code: 1, stdout: ' Nothing new\n   added.\n', stderr: '' })).toBe('Nothing new added.');
  });
});
