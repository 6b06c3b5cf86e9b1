import { runCommand } from '../commands/run.ts';
import { FileScheduler } from './file-scheduler.ts';

/** `keystone-agent run` on a scheduler whose accounting is the file that KEYSTONE_TEST_ROWS names. */
const scheduler = new FileScheduler(process.env['KEYSTONE_TEST_ROWS'] ?? '');
const write = (line: string): void => void process.stderr.write(line.endsWith('\n') ? line : `${line}\n`);
const output = { out: write, error: write };
try {
  process.exit(await runCommand(() => scheduler).run(process.argv.slice(2), output, process.env));
} catch (error) {
  write(String(error));
  process.exit(1);
}
