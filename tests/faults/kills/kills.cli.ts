import { readArguments } from './read-arguments.ts';
import { runKills } from './run-kills.ts';

/**
 * npm run kills -- [--count N] [--seed S] [--parallel P]: kills agents within their writes and checks what they leave; one
 * JSON line for each cluster whose agents were killed, and one that sums up. Ends with 0 only if all held.
 */
const print = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);

const asked = readArguments(process.argv.slice(2), (Date.now() % 1_000_000_000) + 1);
const summary = await runKills(asked, ({ openedAfter: _, ...world }) => print(world));
print(summary);
process.exitCode = summary.violations > 0 ? 1 : 0;
