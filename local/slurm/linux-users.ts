import { runProgram } from './lab-programs.ts';
import { waitUntil } from './wait-until.ts';

export interface LinuxUser {
  readonly uid: number;
  readonly gid: number;
}

/** Makes the users that this machine does not have. They can submit jobs; nobody can sign in as them. */
export async function makeLinuxUsers(names: readonly string[]): Promise<void> {
  for (const name of names) {
    if ((await findLinuxUser(name)) === undefined) await makeLinuxUser(name);
  }
}

/** Tries again while another program holds the lock of /etc/passwd, which may be making the same user. */
async function makeLinuxUser(name: string): Promise<void> {
  let said = '';
  const made = async () => {
    const { code, stderr } = await runProgram('useradd', ['-m', '-s', '/bin/bash', name]);
    said = stderr.trim();
    return code === 0 || (await findLinuxUser(name)) !== undefined;
  };
  await waitUntil(made, 10_000, `useradd ${name}`).catch((cause: unknown) => {
    throw new Error(`the Linux user ${name} could not be made: ${said}`, { cause });
  });
}

/** The user's ids, or undefined where this machine does not know the name. */
export async function findLinuxUser(name: string): Promise<LinuxUser | undefined> {
  const { code, stdout } = await runProgram('getent', ['passwd', name]);
  if (code !== 0) return undefined;
  const [, , uid, gid] = stdout.trim().split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

export async function linuxUser(name: string): Promise<LinuxUser> {
  const user = await findLinuxUser(name);
  if (user === undefined) throw new Error(`this machine has no user ${name}`);
  return user;
}

/** All of the lab runs as root, as Slurm's daemons do where they start the jobs of many people. */
export function requireRoot(): void {
  if (process.getuid?.() !== 0)
    throw new Error('Slurm needs root to run jobs of several people: run the same command with sudo');
}
