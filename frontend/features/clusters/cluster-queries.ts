/** A centre has tens of clusters at most: one page holds them. */
const CLUSTERS_SHOWN = 200;

export const listedClusters = { _limit: CLUSTERS_SHOWN, _order: 'name' };

/** Clusters that take requests. */
export const openClusters = { enabled: true, _limit: 1000, _order: 'name' };
