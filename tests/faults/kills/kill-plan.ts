import type { Stream } from '../../world/core/chance.ts';

/** What an agent writes. Each is a place to be killed at. */
export const places = [
  'spool journal',
  'checkpoint',
  'known runs',
  'catching up',
  'policy held',
  'policy applied',
  'status',
  'lock',
] as const;
export type Place = (typeof places)[number];

/** Where an agent is to end: within a step of its own writing, or from outside after so many of its calls. */
export type Doom =
  | {
      readonly kind: 'within';
      readonly place: Place;
      /** Which of its steps there, from 1. */
      readonly step: number;
      /** How far into the step, in [0, 1): of a write, how many of its bytes are there. */
      readonly share: number;
    }
  | { readonly kind: 'outside'; readonly calls: number; readonly milliseconds: number };

/** The place that a file of the state folder belongs to; drafts belong to what they become. */
export function placeOf(name: string): Place | undefined {
  if (name.startsWith('spool/journal-')) return 'spool journal';
  if (name.startsWith('spool/checkpoint')) return 'checkpoint';
  if (name.startsWith('spool/runs-')) return 'known runs';
  if (name.startsWith('catching-up')) return 'catching up';
  if (name.startsWith('policy/held')) return 'policy held';
  if (name.startsWith('policy/applied')) return 'policy applied';
  if (name.startsWith('status.json')) return 'status';
  return name.startsWith('agent.pid') ? 'lock' : undefined;
}

/** How many steps an agent takes at a place in one life, about; a later one is seldom reached. */
const usualSteps: Readonly<Record<Place, number>> = {
  'spool journal': 40,
  checkpoint: 8,
  'known runs': 8,
  'catching up': 12,
  'policy held': 5,
  'policy applied': 5,
  status: 40,
  lock: 3,
};

/** How the next agent ends: one in seven from outside, the others within their writes, the spool's most often. */
export function nextDoom(chance: Stream): Doom {
  if (chance.happens(1 / 7))
    return { kind: 'outside', calls: chance.whole(0, 60), milliseconds: chance.whole(0, 4) };
  const place = chance.pick<Place>(['spool journal', 'checkpoint', 'known runs', ...places]);
  return { kind: 'within', place, step: chance.whole(1, usualSteps[place]), share: chance.next() };
}
