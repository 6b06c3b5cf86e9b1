import { partOf, type ListState } from '../../lib/list/list-state.ts';

export const PEOPLE_SHOWN = 50;

/** A page of people, by name; those whose names hold what is searched for. */
export const listedPeople = (state: ListState) => ({ ...partOf(state, PEOPLE_SHOWN), _order: 'username' });
