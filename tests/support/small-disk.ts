import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const mount = (folder: string, size: string) =>
  run('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
const unmount = (folder: string) => run('umount', [folder]);

function run(command: string, args: string[]): SpawnSyncReturns<string> {
  return spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'], timeout: 10_000 });
}

/** True where file systems may be mounted: root may, save in some containers. */
export function canMountDisk(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'keystone-mount-'));
  try {
    const mounted = mount(folder, '64k').status === 0;
    if (mounted) unmount(folder);
    return mounted;
  } finally {
    rmdirSync(folder);
  }
}

/**
 * A disk of its own, which a test may fill.
 *
 * @param size as mount takes it: `2m`
 * @returns its folder, and what takes it away
 */
export function mountSmallDisk(size: string): { folder: string; unmount: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'keystone-disk-'));
  const { status, stderr } = mount(folder, size);
  if (status !== 0) {
    rmdirSync(folder);
    throw new Error(`no disk could be mounted at ${folder} (run the suite as root): ${stderr}`);
  }
  return {
    folder,
    unmount() {
      unmount(folder);
      rmdirSync(folder);
    },
  };
}
