import type { Disk } from './disk.ts';

/** A disk for commands that only look: the folder may belong to an agent that runs, so nothing is written, repairs neither. */
export function readOnly(disk: Disk): Disk {
  const nothing = async (): Promise<void> => undefined;
  return { ...disk, replace: nothing, writeAt: nothing, remove: nothing };
}
