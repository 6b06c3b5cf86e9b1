const DATA_IS_LARGEST =
  'the largest paint is the data itself, which waits for one thing: 150 kB of scripts that arrive, are evaluated and take over the page (the heading stands there after 0.5 s). Less of that is to be had with another framework, or with pages rendered for their reader (decision 0009).';

const GALLERY =
  'the page of all parts in all states, for developers: it draws a year of a burn-down at once. Nobody else opens it.';

/**
 * Why a figure misses its aim and what would close the gap, by its key (and, after a space, what it is of). The report
 * shows a reason only where the aim is missed.
 */
export const reasons: Readonly<Record<string, string>> = {
  'web.lcp /requests/': DATA_IS_LARGEST,
  'web.lcp /requests/[id]/': DATA_IS_LARGEST,
  'web.lcp /usage/': DATA_IS_LARGEST,
  'web.lcp /gallery/': GALLERY,
  'web.longest-task /gallery/': GALLERY,
};
