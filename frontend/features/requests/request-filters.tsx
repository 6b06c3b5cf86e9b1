import { useId } from 'react';
import type { User } from '../../lib/api/records.ts';
import { strings } from '../../lib/strings.ts';
import { SelectField } from '../../ui/field.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { useUser } from '../auth/session.tsx';
import { useActiveTeams } from '../teams/use-teams.ts';
import { requestStatuses, type RequestsListState } from './requests-list-state.ts';

const words = strings.requests;

interface RequestFiltersProps {
  state: RequestsListState;
  show: (next: RequestsListState) => void;
}

/** Which requests to show: by words, status and team. Each change begins at the first page. */
export function RequestFilters({ state, show }: RequestFiltersProps) {
  const choose = (change: Partial<RequestsListState>) => show({ ...state, page: 0, ...change });
  return (
    <div className="grid grid-cols-2 gap-3 sm:flex sm:flex-wrap sm:items-end">
      <SearchField
        label={words.search}
        className="col-span-2 sm:w-64"
        value={state.search}
        onSearch={(search) => choose({ search })}
      />
      <StatusFilter value={state.status} onChoose={(status) => choose({ status })} />
      <TeamFilter value={state.team} onChoose={(team) => choose({ team })} />
    </div>
  );
}

interface FilterProps<T> {
  value: T | undefined;
  onChoose: (value: T | undefined) => void;
}

function StatusFilter({ value, onChoose }: FilterProps<(typeof requestStatuses)[number]>) {
  const any = useId();
  return (
    <SelectField
      label={words.filter}
      className="sm:w-44"
      value={value ?? any}
      onChange={(event) => onChoose(requestStatuses.find((status) => status === event.target.value))}
    >
      <option value={any}>{words.anyStatus}</option>
      {requestStatuses.map((status) => (
        <option key={status} value={status}>
          {words.status[status]}
        </option>
      ))}
    </SelectField>
  );
}

/** The teams whose requests a person may see; nothing to choose from where that is one. */
function TeamFilter({ value, onChoose }: FilterProps<number>) {
  const teams = useTeamsToChoose(useUser());
  const any = useId();
  if (teams.length < 2 && value === undefined) return null;
  const known = value === undefined || teams.some(({ id }) => id === value);
  return (
    <SelectField
      label={words.team}
      className="sm:w-56"
      value={value ?? any}
      onChange={({ target }) => onChoose(target.value === any ? undefined : Number(target.value))}
    >
      <option value={any}>{words.anyTeam}</option>
      {!known && <option value={value}>{words.teamNumber(value)}</option>}
      {teams.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </SelectField>
  );
}

function useTeamsToChoose(user: User) {
  const { data } = useActiveTeams(user.is_staff);
  return user.is_staff ? (data?.results ?? []) : user._membership.map(({ _team }) => _team);
}
