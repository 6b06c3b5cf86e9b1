import { describe, expect, it } from '@jest/globals';
import { needsResume, nodeAnswers, parseNodes, type LabNode } from './lab-nodes.ts';

const node = (state: string, reason = ''): LabNode => ({ name: 'n1', state, reason });

describe('parseNodes', () => {
  it('reads name, state and reason of each node', () => {
    const told =
      'NodeName=n1 CoresPerSocket=64 State=MIXED+DRAIN ThreadsPerCore=1 Reason=Duplicate jobid [root@2026-11-24T19:25:44]\n' +
      'NodeName=n2 CoresPerSocket=64 State=IDLE ThreadsPerCore=1\n\n';
    expect(parseNodes(told)).toEqual([
      { name: 'n1', state: 'MIXED+DRAIN', reason: 'Duplicate jobid' },
      { name: 'n2', state: 'IDLE', reason: '' },
    ]);
  });
  it('reads nothing of a controller that says nothing', () => {
    expect(parseNodes('')).toEqual([]);
  });
});

describe('a node', () => {
  it.each(['IDLE', 'MIXED', 'ALLOCATED', 'IDLE+COMPLETING', 'IDLE+PLANNED', 'MIXED+DRAIN'])(
    'answers in the state %s',
    (state) => expect(nodeAnswers(node(state))).toBe(true),
  );
  it.each(['UNKNOWN', 'UNKNOWN+DRAIN', 'IDLE*', 'MIXED*+DRAIN', 'IDLE+NOT_RESPONDING', 'DOWN', 'DOWN*'])(
    'does not answer in the state %s',
    (state) => expect(nodeAnswers(node(state))).toBe(false),
  );
  it.each([
    ['MIXED+DRAIN', 'Duplicate jobid', true],
    ['IDLE+DRAIN', 'Duplicate jobid', true],
    ['DOWN', 'Not responding', true],
    ['IDLE+DRAIN', 'new disk on Tuesday', false],
    ['IDLE', '', false],
  ])('%s for "%s": needs somebody to give it back: %s', (state, reason, expected) =>
    expect(needsResume(node(state, reason))).toBe(expected),
  );
});
