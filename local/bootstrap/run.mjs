// node local/bootstrap/run.mjs FILE [ARG …]: installs what is missing, then runs FILE on Node 24.
import { spawn } from 'node:child_process';
import { join, delimiter } from 'node:path';
import { ensureInstalled, node24, root } from './ensure-installed.mjs';

const [file, ...args] = process.argv.slice(2);
ensureInstalled();
const child = spawn(node24, ['--disable-warning=ExperimentalWarning', join(root, file), ...args], {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}` },
});
// A terminal signals the whole group; one that was sent to this process alone is handed on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
