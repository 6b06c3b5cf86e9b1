import { gunzipSync } from 'node:zlib';
import type { PolicyPart, PolicyVersion } from '@keystone/shared/contracts/policy.ts';
import { compareVersions } from './policy-versions.ts';

/** Bounds of what is kept of unfinished policies and of what one may unpack to. */
const MAX_COLLECTIONS = 4;
const MAX_CHARS = 24_000_000;
const MAX_JSON_BYTES = 128 * 1024 * 1024;

/** All parts of one message of the cloud, in order. */
export interface CompletePolicy {
  kind: PolicyPart['kind'];
  version: PolicyVersion;
  hash: string;
  data: string;
}

interface Collection {
  first: PolicyPart;
  parts: Map<number, string>;
  chars: number;
}

/** Puts parts together that come in any order, twice, or mixed with those of another version. */
export class PolicyParts {
  /** Oldest first. */
  readonly #collections = new Map<string, Collection>();

  /** @returns the whole once its last part came */
  add(part: PolicyPart): CompletePolicy | undefined {
    const key = `${part.version.epoch}.${part.version.n} ${part.hash} ${part.kind} ${part.parts}`;
    const collection = this.#collections.get(key) ?? { first: part, parts: new Map(), chars: 0 };
    if (part.part > part.parts || collection.parts.has(part.part)) return undefined;
    collection.parts.set(part.part, part.data);
    collection.chars += part.data.length;
    this.#collections.set(key, collection);
    if (collection.chars > MAX_CHARS) this.#collections.delete(key);
    if (collection.parts.size < part.parts) return this.#bound();
    this.#collections.delete(key);
    return completed(collection);
  }

  /** Forgets what was collected of versions up to one. */
  dropUpTo(version: PolicyVersion): void {
    for (const [key, { first }] of this.#collections)
      if (compareVersions(first.version, version) <= 0) this.#collections.delete(key);
  }

  #bound(): undefined {
    for (const key of this.#collections.keys()) {
      if (this.#collections.size <= MAX_COLLECTIONS) return;
      this.#collections.delete(key);
    }
  }
}

function completed({ first, parts }: Collection): CompletePolicy {
  const ordered = [...parts].sort(([a], [b]) => a - b).map(([, data]) => data);
  return { kind: first.kind, version: first.version, hash: first.hash, data: ordered.join('') };
}

/** @throws where the data is no gzip of JSON, or unpacks to more than a policy can be */
export function unpack(data: string): unknown {
  const json = gunzipSync(Buffer.from(data, 'base64'), { maxOutputLength: MAX_JSON_BYTES });
  return JSON.parse(json.toString('utf8'));
}
