import { readPageEarly } from './early-reads.ts';

// What does not come early is asked for by the page itself, which says so where it fails.
readPageEarly(location).catch(() => undefined);
