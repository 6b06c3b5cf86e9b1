import { clusterWords } from './strings/cluster-words.ts';
import { peopleWords } from './strings/people-words.ts';
import { requestWords } from './strings/request-words.ts';
import { siteWords } from './strings/site-words.ts';
import { usageWords } from './strings/usage-words.ts';

/** Every word that the site says, so that they can be read through, kept alike, and translated in one place. */
export const strings = {
  ...siteWords,
  ...usageWords,
  ...requestWords,
  ...peopleWords,
  ...clusterWords,
} as const;
