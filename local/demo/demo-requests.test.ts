import { describe, expect, it } from '@jest/globals';
import { slugOf } from '@keystone/shared/domain/names.ts';
import { demoClusterNames, simulationOf } from './demo-clusters.ts';
import { demoRequests } from './demo-requests.ts';
import { demoPeople, demoStaff, demoTeams } from './demo-teams.ts';
import { makeCentre } from './make-centre.ts';

describe('the demo’s centre', () => {
  it('has forty people and eight teams, and nobody twice', () => {
    expect(new Set(demoPeople.map(({ username }) => username)).size).toBe(40);
    expect(new Set(demoTeams.map(({ name }) => slugOf(name))).size).toBe(8);
    const guests = demoTeams.flatMap(({ guests = [] }) => guests);
    expect(demoPeople.map(({ username }) => username)).toEqual(expect.arrayContaining(guests));
  });

  it('has requests of every kind of outcome, each by someone who may ask for the team', () => {
    const kinds = new Set(demoRequests.map(({ outcome }) => outcome.kind));
    expect(kinds).toEqual(new Set(['pending', 'approved', 'withdrawn', 'declined', 'changes']));
    const approved = demoRequests.flatMap(({ outcome }) => (outcome.kind === 'approved' ? [outcome] : []));
    expect(approved.some(({ expire }) => expire < 0)).toBe(true);
    expect(approved.some(({ active, expire }) => active < 0 && expire > 0)).toBe(true);
    expect(approved.some(({ active }) => active > 0)).toBe(true);
    for (const { team, by } of demoRequests) {
      const people = demoTeams.find(({ name }) => name === team)?.people ?? [];
      expect(people.slice(0, 2).map(({ username }) => username)).toContain(by);
    }
  });

  it('lets staff review, and only people of a team work in its name', () => {
    const staff = demoStaff.map(({ username }) => username);
    for (const { outcome } of demoRequests)
      if (outcome.kind === 'pending') {
        expect(staff).toContain(outcome.assignee);
        if (outcome.review) expect(staff).toContain(outcome.review.by);
      }
    for (const cluster of demoClusterNames)
      for (const { users } of simulationOf(cluster, 1).workload) expect(users.length).toBeGreaterThan(3);
  });

  it('asks for time where its team works, or says why not', () => {
    for (const { outcome, asked } of demoRequests) {
      expect(Object.keys(asked).length).toBeGreaterThan(0);
      if (outcome.kind !== 'pending') expect(outcome.comment).not.toBe('');
    }
  });

  it('is made on this machine only', async () => {
    await expect(makeCentre('https://keystone.example.org', 'a-password-of-staff')).rejects.toThrow(
      'belongs on this machine',
    );
  });
});
