import type { BenchName } from './figure.ts';

/** How each bench measures, for a reader of the report. */
export const methods: Record<BenchName, string> = {
  award:
    'A stack, a real Slurm and an enforcing agent on one machine. An award is decided over HTTP, and slurmctld is asked every 10 ms what it enforces.',
  charge:
    'The same parts. Jobs of two seconds note the time of their last command, and the API is asked every 50 ms for the balance.',
  ledger: `Usage of a made-up centre (40 accounts of five people; a tenth of the people run a third of the jobs), cut into segments
by the agent's own code, goes from an enrolled MQTT device at the agent's pace through broker, rule, queue and function
into the store; a message counts when the ledger has acknowledged it, and at the end every balance is compared with what
was sent. The floor sends the same transactions, ready-made, to a store of its own, two at a time. “From the queue on” is
a part of the way: two ledger functions as they deploy, each in a process, fed with SQS records. Request units are what
the store itself says (ConsumedCapacity) of the worker's own code; the cost follows from them at AWS's prices in
us-east-1 (bench/ledger/aws-cost.ts), where the queue hands over ten messages at a time. The embedded store lets transactions on one item wait where DynamoDB cancels one of
them, so attempts say little here: at 1.2 attempts the writes cost a fifth more. The stack's process holds broker, store, queues and
a thread for each function; its heaps grow to their working size in the first tenth, so it is compared with half of the
jobs, and flat memory tells from 500,000 jobs on.`,
  api: `A deployment of so many requests, half as many people, in teams of ten people and twenty requests, written by the store's own
writers without their transactions. Calls go over HTTP to a stack in a process of its own: up to 100 one after another,
then eight at a time for four seconds. The floor is an empty function behind the same front plus the bare calls to the
store that no answer could do without. Request units and calls are those of the same code on the same store.`,
  agent: `The parsers and the plan run in memory on what Slurm's programs print for a site of that size, and are told by the processor's
time, which neighbours on the machine do not change. The back-fill is the agent's first
reading of a month of accounting, in a process of its own that is started as the agent is, from a pretended sacct into a
spool on disk; its floor reads the same answers and keeps nothing. Peaks are the kernel's (VmHWM). At rest, the agent's program, enrolled and with its policy held, stands beside a
pretended Slurm on which 1,000 jobs run in 20 accounts; its floor is a Node process, started alike, that asks for the queue as often
and looks at nothing.`,
  policy: `A cluster's accounts with thirty members each and one award each, written by the store's own writers, in the embedded store in a
process of its own. An award is changed in a transaction; the clock runs from there through the policy builder's own code
(events in, SDK clients as they deploy) until the broker has taken the last message. The floor makes the reads of that
build again, as they went out, as many at a time, and drops the answers. The messages then go through the agent's own
intake and enforcement, on disk, with a simulated scheduler: intake is from the first message to a verified policy on
disk, the plan from there to the differences, scheduler read and limits worked out; every change that is then written to
the scheduler is counted. A hundred awards, one after another.`,
  fleet: `Agents in one process, each the agent's own program with its own folder, enrolment, TLS connection and simulated scheduler,
on one stack. Four at a time join: cluster made, token, enrolment, first policy applied. Then one award on each cluster is
decided in the same moment, three times; the clock runs from the call to the agent's word that its scheduler holds the
policy with that limit. The floor is the first agent alone, before the others came. Then twenty jobs run on each cluster,
and each cluster's balance has to be what its scheduler's accounting adds up to, to the second. Processor time of the
stack is that of its one process: broker, store, queues, functions.`,
  storm:
    'the stack is ended while jobs run and started again on its state; time counts from when it answers, with the broker’s quotas on',
  cold: `Each function's bundle, built as for a deployment, is imported in fresh processes, an empty module in turn with it; medians.
Lambda gives a function of 512 MB about a third of a core, so an import takes longer there; the ratios hold.`,
  web: `Each page of the exported site, served over HTTP/2 by a stack with 8 teams and 32 requests, loads with an empty cache in
headless Chromium with its processor slowed down four times, on Chromium's Fast 4G (9 Mbit/s, 165 ms for each request); medians. Bytes are
of the scripts and styles that the page names, after gzip. The floor is a static page with one line, on the same line.`,
  synth: `The app synthesised in a process of its own, as npm start does it when a source has changed. The floor is a process that imports
aws-cdk-lib and synthesises one empty stack. “Ready” is npm start on an empty state folder, app and site built before, until it
says that it is up.`,
};
