import { describe, expect, it } from '@jest/globals';
import { parseAccounting } from '@keystone/agent/schedulers/slurm/parse-accounting.ts';
import { parseAssociations } from '@keystone/agent/schedulers/slurm/parse-associations.ts';
import { parseCounters } from '@keystone/agent/schedulers/slurm/parse-counters.ts';
import { parseJobQueue, parseReservations } from '@keystone/agent/schedulers/slurm/parse-jobs.ts';
import { parseUsers } from '@keystone/agent/schedulers/slurm/parse-users.ts';
import * as answers from './slurm-answers.ts';

const site = { accounts: 3, members: 2, jobs: 7 };
const NOON = 1_790_000_000;

describe('answers of the Slurm that a bench pretends', () => {
  it('are read by the agent as the site that was asked for', () => {
    const users = parseUsers(answers.users(site));
    const { accounts, problems } = parseAssociations(answers.associations(site, 60), answers.CLUSTER, users);
    expect(problems).toEqual([]);
    expect(
      accounts.map(({ account, limitMinutes, members }) => [account, limitMinutes, members.length]),
    ).toEqual([['root', null, 0], ...answers.accountNames(site).map((account) => [account, 60, 2])]);
    expect(parseJobQueue(answers.queue(site)).unfinished.size).toBe(7);
    expect([...parseReservations(answers.reservations(site)).keys()]).toEqual(answers.accountNames(site));
    expect(parseCounters(answers.counters(site), answers.CLUSTER).size).toBe(3);
  });

  it('tell finished runs that are all whole, and the same ones whenever a span is asked for', () => {
    const read = (from: number, to: number) =>
      parseAccounting(answers.accounting(from, to, 8_640), answers.CLUSTER, NOON);
    const { runs, unreadable } = read(NOON - 1000, NOON);
    expect(unreadable).toEqual([]);
    expect(runs).toHaveLength(100);
    expect([...read(NOON - 1000, NOON - 500).runs, ...read(NOON - 500, NOON).runs]).toEqual(runs);
    expect(new Set(runs.map(({ jobIdRaw }) => jobIdRaw)).size).toBe(100);
  });
});
