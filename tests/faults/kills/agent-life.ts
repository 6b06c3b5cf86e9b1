import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import * as z from 'zod';
import type { LastWords } from './deadly-files.ts';
import type { Doom } from './kill-plan.ts';
import { callSchema, type AgentLife, type Reply } from './outside-calls.ts';
import type { Outside } from './outside.ts';

/** What an agent that was killed had said of itself. */
export interface EndedLife {
  /** What it was killed within, or nothing where that came from outside. */
  last?: LastWords;
  /** Milliseconds from its start until it had opened what lies on disk. */
  openedAfter?: number;
  /** Versions of policies that it said it holds, or had the scheduler hold. */
  held: string[];
  applied: string[];
  /** Rows that it said are safe in its spool. */
  spooled: number;
  /** Torn writes that it mended when it began. */
  repairs: number;
  /** How often it was to read, and send, all once more. */
  agains: number;
  /** Whether it ended in order. */
  inOrder: boolean;
  error?: string;
}

/** An agent that hangs is a failure; it is not waited for longer. */
const LONGEST_MS = 120_000;

const lineSchema = z.object({
  event: z.string().optional(),
  version: z.string().optional(),
  runs: z.int().optional(),
  last: z.custom<LastWords>().optional(),
  opened: z.number().optional(),
  lived: z.boolean().optional(),
});

/** Starts an agent's process, answers its calls, and sees it end. */
export async function liveOnce(
  program: string,
  life: Omit<AgentLife, 'doom'> & { doom: Doom },
  outside: Outside,
): Promise<EndedLife> {
  const began = Date.now();
  const child = fork(program, [JSON.stringify(life)], {
    serialization: 'advanced',
    silent: true,
    execArgv: [],
    // What was compiled once is not compiled for each life.
    env: { NODE_COMPILE_CACHE: dirname(program) },
  });
  const overdue = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
  const ended: EndedLife = { held: [], applied: [], spooled: 0, repairs: 0, agains: 0, inOrder: false };
  const end = endFromOutside(child, life.doom, life.inOrder);
  answerCalls(child, outside, end);
  const [said, complained] = [textOf(child.stdout), textOf(child.stderr)];
  const closed = once(child, 'close');
  child.stdout?.on('data', (chunk: Buffer) => {
    if (chunk.includes('"lived"')) end('lived');
  });
  await closed;
  clearTimeout(overdue);
  for (const line of (await said).split('\n').filter((text) => text.endsWith('}')))
    note(ended, lineSchema.parse(JSON.parse(line)), began);
  ended.inOrder = child.exitCode === 0;
  if (child.signalCode !== 'SIGKILL' && child.exitCode !== 0) ended.error = await complained;
  if (Date.now() - began >= LONGEST_MS) ended.error = `it hung; it had said: ${await said}`;
  return ended;
}

/** An agent is killed from outside after so many calls, or where it outlived its own plan. */
function endFromOutside(child: ChildProcess, doom: Doom, inOrder: boolean) {
  let calls = 0;
  return (what: 'called' | 'lived'): void => {
    if (inOrder) return;
    if (what === 'lived') child.kill('SIGKILL');
    else if (doom.kind === 'outside' && (calls += 1) === doom.calls + 1)
      setTimeout(() => child.kill('SIGKILL'), doom.milliseconds);
  };
}

function answerCalls(child: ChildProcess, outside: Outside, end: (what: 'called') => void): void {
  const send = (reply: Reply): void => {
    // Who was killed meanwhile hears nothing.
    if (child.connected) child.send(reply, () => undefined);
  };
  outside.deliver = (topic, message) => send({ topic, payload: Buffer.from(JSON.stringify(message)) });
  child.on('message', (message) => {
    const call = callSchema.parse(message);
    end('called');
    outside.answer(call).then(
      (answer) => send({ id: call.id, answer }),
      (error: unknown) => send({ id: call.id, away: String(error) }),
    );
  });
}

async function textOf(stream: ChildProcess['stdout']): Promise<string> {
  let text = '';
  for await (const chunk of stream ?? []) text += String(chunk);
  return text;
}

function note(ended: EndedLife, line: z.infer<typeof lineSchema>, began: number): void {
  const { event, version, runs } = line;
  if (event === 'policy.received' && version) ended.held.push(version);
  if (event === 'policy.applied' && version) ended.applied.push(version);
  if (event === 'spool.runs') ended.spooled += runs ?? 0;
  if (event === 'spool.repaired') ended.repairs += 1;
  if (event === 'spool.others-spoke') ended.agains += 1;
  if (line.last) ended.last = line.last;
  if (line.opened) ended.openedAfter = line.opened - began;
}
