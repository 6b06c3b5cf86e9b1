import { describe, expect, it } from '@jest/globals';
import { mayUseCluster, type AccessMode } from './cluster-access.ts';

describe('access to a cluster', () => {
  const modes: AccessMode[] = ['WL', 'BL', 'OP'];
  it.each(
    modes.flatMap((mode) =>
      [true, false].flatMap((enabled) => [true, false].map((listed) => ({ mode, enabled, listed }))),
    ),
  )('mode $mode, enabled $enabled, team listed $listed', ({ mode, enabled, listed }) => {
    const cluster = { enabled, access_mode: mode, access_teams: listed ? [3, 7] : [3] };
    const expected = enabled && (mode === 'OP' || (mode === 'WL' ? listed : !listed));
    expect(mayUseCluster(cluster, 7)).toBe(expected);
  });
});
