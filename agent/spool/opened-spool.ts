import type { Checkpoint, Entry, ReadPosition, SegmentEntry } from './entries.ts';
import type { Place } from './journal.ts';
import { KnownRuns } from './known-runs.ts';
import { OwnRuns } from './own-runs.ts';
import { SegmentIndex } from './segment-index.ts';

/** What the checkpoint and the journal say, put together entry by entry. */
export class OpenedSpool {
  readonly index: SegmentIndex;
  readonly known = new KnownRuns();
  readonly ownRuns = new OwnRuns();
  position: ReadPosition;

  constructor(checkpoint: Checkpoint | undefined) {
    this.index = new SegmentIndex(checkpoint?.removedThrough ?? 0, checkpoint?.nextSegment ?? 1);
    this.position = checkpoint?.position ?? { watermark: null, rescanned: null };
    for (const run of checkpoint?.known ?? []) this.known.remember(run);
    for (const { segment, epoch, ...sum } of checkpoint?.sums ?? []) this.ownRuns.add(segment, epoch, [sum]);
  }

  /** Takes the next entry of the journal. */
  replay(entry: Entry, place: Place): void {
    switch (entry.kind) {
      case 'segment':
        return this.addSegment(entry, place);
      case 'stored':
        return entry.segments.forEach((segment) => this.index.markStored(segment, entry.at));
      case 'position':
        this.position = { watermark: entry.watermark, rescanned: entry.rescanned };
        return;
      case 'resend':
        return this.index.unmarkAll();
    }
  }

  /** A segment that the checkpoint counts as removed may still be in a file, where a crash came before the removal. */
  addSegment(entry: SegmentEntry, place: Place): void {
    const revision = entry.facts.some((run) => this.known.isChanged(run));
    for (const run of entry.facts) this.known.remember(run);
    if (entry.segment <= this.index.removedThrough) return;
    this.index.add(entry.segment, place, revision);
    this.ownRuns.add(entry.segment, entry.epoch, entry.sums);
  }
}
