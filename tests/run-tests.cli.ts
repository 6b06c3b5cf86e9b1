import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { installParts, suitesLeftOut } from './real-parts.ts';

/**
 * npm test [-- PATTERN …]: checks (format, lint, types), unit suites, then the suites on real parts. The last line counts.
 * Where a real part can't be had its suites are left out by name, which fails under CI=true.
 */
const root = new URL('..', import.meta.url).pathname;
const { positionals } = parseArgs({ allowPositionals: true });
const bin = (name: string) => join(root, 'node_modules', name);

interface Tally {
  passed: number;
  failed: number;
}

async function run(command: string, args: string[], env: Record<string, string> = {}): Promise<number> {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 2, 2], env: { ...process.env, ...env } });
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}

async function check(name: string, script: string, args: string[]): Promise<Tally> {
  const started = Date.now();
  const code = await run(process.execPath, [bin(script), ...args]);
  console.error(`${code === 0 ? 'PASS' : 'FAIL'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

const reportSchema = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numFailedTestSuites: z.int(),
  numRuntimeErrorTestSuites: z.int(),
});

/** One Jest run; a suite that could not even load counts as one failure. */
async function jest(projects: string[], args: string[], workers: number): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'keystone-jest-'));
  const report = join(folder, 'report.json');
  try {
    const code = await run(
      process.execPath,
      [
        '--experimental-vm-modules',
        '--disable-warning=ExperimentalWarning',
        bin('jest/bin/jest.js'),
        '--selectProjects',
        ...projects,
        `--maxWorkers=${workers}`,
        // Room for a busy machine; what is fast is measured in bench/, not here.
        '--testTimeout=30000',
        '--json',
        `--outputFile=${report}`,
        ...args,
      ],
      { NODE_ENV: 'test' },
    );
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = reportSchema.parse(
      JSON.parse(readFileSync(report, 'utf8')),
    );
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    return { passed: numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed };
  } catch (error) {
    console.error(`FAIL jest ${projects.join(' ')}: ${String(error)}`);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function realParts(): Promise<Tally> {
  installParts();
  const leftOut = suitesLeftOut();
  for (const [part, suites] of leftOut)
    console.error(`LEFT OUT for want of ${part}: ${suites.join(', ') || 'no suite'}`);
  const suites = [...new Set([...leftOut.values()].flat())];
  const ignored = suites.length > 0 ? ['--testPathIgnorePatterns', '/node_modules/', ...suites] : [];
  // They wait for daemons more than they work.
  const tally = await jest(['int'], ignored, 3);
  return process.env['CI'] === 'true' ? { ...tally, failed: tally.failed + suites.length } : tally;
}

const all: Tally[] = [];
if (positionals.length > 0) {
  all.push(await jest(['unit', 'site', 'int'], ['--', ...positionals], 1));
} else {
  all.push(await check('format', 'prettier/bin/prettier.cjs', ['--check', '--log-level=warn', '.']));
  all.push(await check('lint', 'eslint/bin/eslint.js', ['.']));
  all.push(await check('types', 'typescript/bin/tsc', ['-p', '.']));
  all.push(await check('types of the site', 'typescript/bin/tsc', ['-p', 'frontend']));
  all.push(await jest(['unit', 'site'], [], 2));
  all.push(await realParts());
}
const passed = all.reduce((sum, tally) => sum + tally.passed, 0);
const failed = all.reduce((sum, tally) => sum + tally.failed, 0);

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
