import { describe, expect, it } from '@jest/globals';
import { stateFolderIn } from './state-folder-in.ts';

describe('the state folder of a command line', () => {
  it.each([
    [['run', '--state-dir', '/a', '--mode', 'enforce'], { KEYSTONE_STATE_DIR: '/b' }, '/a'],
    [['run', '--state-dir=/a'], {}, '/a'],
    [['run'], { KEYSTONE_STATE_DIR: '/b' }, '/b'],
    [['run', '--no-such-option', 'x', '--state-dir'], {}, '/var/lib/keystone-agent'],
  ])('of %j is told, whatever else it says', (args, env, folder) => {
    expect(stateFolderIn(args, env)).toBe(folder);
  });
});
