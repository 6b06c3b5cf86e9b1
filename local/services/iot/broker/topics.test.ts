import { describe, expect, it } from '@jest/globals';
import { filterRefusal, filterTakes, parseBasicIngest, publishTopicRefusal } from './topics.ts';

const slashes = (count: number): string => Array.from({ length: count + 1 }, () => 'a').join('/');

describe('publishTopicRefusal', () => {
  it.each([
    slashes(7),
    'x'.repeat(256),
    `$aws/rules/usage/${slashes(7)}`,
    `$aws/rules/usage/${'x'.repeat(256)}`,
  ])('takes %s', (topic) => {
    expect(publishTopicRefusal(topic)).toBeUndefined();
  });

  it.each([
    [slashes(8), '7 slashes'],
    [`$aws/rules/usage/${slashes(8)}`, '7 slashes'],
    ['é'.repeat(129), '256 bytes'],
    [`$aws/rules/usage/${'x'.repeat(257)}`, '256 bytes'],
    ['a/+/b', 'no wildcards'],
    ['a/#', 'no wildcards'],
    ['$aws/things/a/shadow/update', 'reserved'],
    ['$SYS/x', 'reserved'],
    ['$aws/rules/', 'names its rule'],
    ['$aws/rules/usage', 'empty'],
    ['', 'empty'],
  ])('refuses %s', (topic, why) => {
    expect(publishTopicRefusal(topic)).toContain(why);
  });
});

describe('filterRefusal', () => {
  it.each(['#', '+', 'a/#', '+/b', 'a/+/c'])('takes %s', (filter) => {
    expect(filterRefusal(filter)).toBeUndefined();
  });

  it.each(['$aws/rules/usage/#', '$share/group/a', '$SYS/#', 'a/#/b', 'a#', 'a+/b', '', slashes(8)])(
    'refuses %s',
    (filter) => {
      expect(filterRefusal(filter)).toBeDefined();
    },
  );
});

describe('filterTakes', () => {
  it.each([
    ['a/b', 'a/b', true],
    ['a/+', 'a/b', true],
    ['a/+', 'a', false],
    ['a/+', 'a/b/c', false],
    ['+/+', 'a/b', true],
    ['a/#', 'a/b/c', true],
    ['a/#', 'a', true],
    ['#', 'a/b', true],
    ['#', '$aws/rules/x', false],
    ['a/b', 'a/c', false],
    ['a/b/c', 'a/b', false],
  ])('%s and %s: %s', (filter, topic, takes) => {
    expect(filterTakes(filter, topic)).toBe(takes);
  });
});

describe('parseBasicIngest', () => {
  it('parts the rule from the topic that the rule sees', () => {
    expect(parseBasicIngest('$aws/rules/usage/keystone/a/usage')).toEqual({
      rule: 'usage',
      rest: 'keystone/a/usage',
    });
    expect(parseBasicIngest('keystone/a/usage')).toBeUndefined();
  });
});
