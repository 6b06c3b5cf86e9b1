import type { UsageRecord } from '@keystone/shared/contracts/usage.ts';
import { SchedulerUnavailable } from '../schedulers/scheduler-errors.ts';
import type {
  AccountState,
  ApplyResult,
  Change,
  Counter,
  DesiredAccount,
  FinishedRuns,
  Plan,
  Scheduler,
  SchedulerDescription,
  SchedulerState,
  EndedJob,
  JobQueue,
  UnfinishedJob,
} from '../schedulers/scheduler.ts';

/** A scheduler in memory that does what the interface says, and fails where it is told to. */
export class FakeScheduler implements Scheduler {
  readonly kind = 'fake';
  readonly accounts = new Map<string, AccountState>();
  readonly counters = new Map<string, Counter>();
  /** Accounts whose counters change whenever they are looked at. */
  readonly countersUnread = new Set<string>();
  readonly jobs = new Map<number, UnfinishedJob>();
  readonly endedJobs = new Map<number, EndedJob>();
  /** Rows of the accounting; a row that changed replaces the one before. */
  readonly rows = new Map<string, UsageRecord>();
  readonly unreadable: string[] = [];
  /** Every change that was written, in order. */
  readonly written: Change[] = [];
  readonly unknownPeople = new Set<string>();
  canEnforce = true;
  /** While true every call finds the scheduler away. */
  away = false;
  /** While true only the accounting is away (slurmdbd), and jobs run on. */
  accountingAway = false;
  /** Calls so far, by method. */
  readonly calls = new Map<string, number>();
  /** Changes of these accounts are refused. */
  readonly refuses = new Set<string>();
  /** Waits for as long as one command takes. */
  writeTakes: () => Promise<void> = async () => undefined;
  /** Waits for as long as the accounting takes to answer. */
  accountingTakes: () => Promise<void> = async () => undefined;

  addRow(row: UsageRecord): void {
    this.rows.set(`${row.jobIdRaw}:${row.submit}`, row);
  }

  limitOf(account: string): number | null | undefined {
    return this.accounts.get(account)?.limitMinutes;
  }

  async describe(): Promise<SchedulerDescription> {
    this.#called('describe');
    const problems = this.canEnforce ? [] : [{ code: 'not-safe', detail: 'jobs are not stopped at limits' }];
    return { kind: this.kind, version: '1', cluster: 'fake', problems, canEnforce: this.canEnforce };
  }

  async readState(people: Iterable<string>): Promise<SchedulerState> {
    this.#called('readState');
    const unknownPeople = new Set([...people].filter((person) => this.unknownPeople.has(person)));
    return { accounts: [...this.accounts.values()], unknownPeople, jobs: new Map(this.jobs), problems: [] };
  }

  async readCounters(accounts: readonly string[]): Promise<Map<string, Counter>> {
    this.#called('readCounters');
    const none = { counterSeconds: 0, runningSeconds: 0 };
    const known = accounts.filter(
      (account) => this.accounts.has(account) && !this.countersUnread.has(account),
    );
    return new Map(known.map((account) => [account, this.counters.get(account) ?? none]));
  }

  plan(desired: readonly DesiredAccount[], state: SchedulerState): Plan {
    const changes = desired.flatMap((account) =>
      differences(
        account,
        state.accounts.find((known) => known.account === account.account),
      ),
    );
    return { changes, problems: [] };
  }

  async apply(changes: readonly Change[]): Promise<ApplyResult[]> {
    this.#called('apply');
    const results: ApplyResult[] = [];
    for (const change of changes) results.push(await this.#applyOne(change));
    return results;
  }

  async #applyOne(change: Change): Promise<ApplyResult> {
    await this.writeTakes();
    if (this.refuses.has(change.account)) return { change, outcome: 'failed', detail: 'refused' };
    this.written.push(change);
    this.#write(change);
    return { change, outcome: 'applied' };
  }

  async *finishedRuns(from: number, to: number): AsyncIterable<FinishedRuns> {
    this.#called('finishedRuns');
    if (this.accountingAway) throw new SchedulerUnavailable('the accounting is away');
    await this.accountingTakes();
    const runs = [...this.rows.values()].filter(({ end }) => end >= from && end <= to);
    yield { from, to, runs, unreadable: this.unreadable };
  }

  async queue(): Promise<JobQueue> {
    this.#called('queue');
    return { unfinished: new Map(this.jobs), ended: new Map(this.endedJobs) };
  }

  #called(method: string): void {
    this.calls.set(method, (this.calls.get(method) ?? 0) + 1);
    if (this.away) throw new SchedulerUnavailable(`${method}: the scheduler is away`);
  }

  #write(change: Change): void {
    const empty = { account: change.account, parent: 'root', limitMinutes: null, locked: false, members: [] };
    const known = this.accounts.get(change.account) ?? empty;
    this.accounts.set(change.account, changed(known, change));
  }
}

function differences(desired: DesiredAccount, known: AccountState | undefined): Change[] {
  const { account, locked, limitMinutes, members } = desired;
  const changes: Change[] = known ? [] : [{ kind: 'add-account', account, locked }];
  if (known && known.locked !== locked) changes.push({ kind: locked ? 'lock' : 'unlock', account });
  if (known?.limitMinutes !== limitMinutes) changes.push({ kind: 'set-limit', account, limitMinutes });
  const present = new Set(known?.members.map(({ user }) => user));
  for (const user of members) if (!present.has(user)) changes.push({ kind: 'add-member', account, user });
  for (const user of present)
    if (!members.includes(user)) changes.push({ kind: 'remove-member', account, user, defaultAccount: null });
  return changes;
}

function changed(known: AccountState, change: Change): AccountState {
  switch (change.kind) {
    case 'add-account':
      return { ...known, locked: change.locked };
    case 'set-limit':
      return { ...known, limitMinutes: change.limitMinutes };
    case 'lock':
    case 'unlock':
      return { ...known, locked: change.kind === 'lock' };
    case 'add-member':
      return {
        ...known,
        members: [
          ...known.members,
          { user: change.user, blocked: false, isDefault: false, holdsRights: false },
        ],
      };
    case 'block-member':
    case 'unblock-member':
      return {
        ...known,
        members: known.members.map((member) =>
          member.user === change.user ? { ...member, blocked: change.kind === 'block-member' } : member,
        ),
      };
    case 'remove-member':
      return { ...known, members: known.members.filter(({ user }) => user !== change.user) };
  }
}
