/**
 * The agent's state folder. Names are relative to it. What a method promised is on the medium when it returns; a crash
 * within it leaves the state before or, for `writeAt`, any part of the new bytes.
 */
export interface Disk {
  /** The file's bytes, or undefined where there is none. */
  read(name: string): Promise<Uint8Array | undefined>;
  readAt(name: string, offset: number, length: number): Promise<Uint8Array>;
  /** Puts a whole file in the place of another: either the old one or the new one is there, never a part. */
  replace(name: string, data: Uint8Array): Promise<void>;
  /** Cuts the file off at `offset` and writes there. Without `durable` a crash of the machine may lose the bytes. */
  writeAt(name: string, offset: number, data: Uint8Array, durable: boolean): Promise<void>;
  /** Names in a folder, sorted; none where the folder is missing. */
  list(folder: string): Promise<string[]>;
  remove(name: string): Promise<void>;
}
