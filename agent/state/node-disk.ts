import { constants } from 'node:fs';
import { mkdir, open, readFile, readdir, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasCode } from './error-code.ts';
import type { Disk } from './disk.ts';

/** The disk of a real machine. Files are for the agent's user alone. */
export function nodeDisk(root: string): Disk {
  const at = (name: string): string => join(root, name);
  // Two drafts of one file would be in each other's way.
  let replacing: Promise<void> = Promise.resolve();
  return {
    read: (name) => unlessMissing(readFile(at(name)), undefined),
    list: async (folder) => (await unlessMissing(readdir(at(folder)), [])).sort(),
    readAt: (name, offset, length) => readAt(at(name), offset, length),
    replace(name, data) {
      const turn = replacing.then(() => replace(at(name), data));
      replacing = turn.catch(() => undefined);
      return turn;
    },
    writeAt: (name, offset, data, durable) => writeAt(at(name), offset, data, durable),
    async remove(name) {
      await unlessMissing(unlink(at(name)), undefined);
      await syncFolder(dirname(at(name)));
    },
  };
}

async function unlessMissing<T, M>(work: Promise<T>, missing: M): Promise<T | M> {
  try {
    return await work;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return missing;
    throw error;
  }
}

async function readAt(path: string, offset: number, length: number): Promise<Uint8Array> {
  await using file = await open(path, 'r');
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) throw new Error(`${path} ends before byte ${offset + length}`);
    done += bytesRead;
  }
  return bytes;
}

async function replace(path: string, data: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.draft`;
  try {
    await writeWhole(draft, data);
    await rename(draft, path);
  } catch (error) {
    // On a full disk half a draft takes what room there is.
    await unlessMissing(unlink(draft), undefined);
    throw error;
  }
  await syncFolder(dirname(path));
}

async function writeWhole(path: string, data: Uint8Array): Promise<void> {
  await using file = await open(path, 'w', 0o600);
  await file.writeFile(data);
  await file.sync();
}

async function writeAt(path: string, offset: number, data: Uint8Array, durable: boolean): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await using file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  const { size } = await file.stat();
  if (size < offset) throw new Error(`${path} lost bytes: it has ${size}, and ${offset} were written`);
  if (size > offset) await file.truncate(offset);
  let done = 0;
  while (done < data.length) {
    const { bytesWritten } = await file.write(data, done, data.length - done, offset + done);
    done += bytesWritten;
  }
  if (durable) await file.datasync();
  // What is written durably to the file later would be lost with its name.
  if (offset === 0) await syncFolder(dirname(path));
}

/** A new name lasts once its folder is on the medium too. */
async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r');
  await folder.sync();
}
