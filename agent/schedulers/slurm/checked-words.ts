import { isAccountName, isMemberName } from '@keystone/shared/domain/names.ts';
import { SchedulerRefused } from '../scheduler-errors.ts';

/*
 * Names and figures are checked here again, whatever a caller did: nothing else of theirs becomes part of an argument.
 */
const clusterPattern = /^[a-z0-9][a-z0-9_.-]{0,39}$/;
export const cluster = (name: string): string => {
  if (!clusterPattern.test(name))
    throw new SchedulerRefused(`${JSON.stringify(name)} can't be the name of a cluster`);
  return name;
};
export const account = (name: string): string => {
  if (!isAccountName(name)) throw new SchedulerRefused(`${JSON.stringify(name)} can't be an account`);
  return name;
};
export const member = (name: string): string => {
  if (!isMemberName(name))
    throw new SchedulerRefused(`${JSON.stringify(name)} can't be the name of a person`);
  return name;
};
/** A negative limit is none at all to Slurm, and a fraction is dropped with exit code 0: digits only. */
export const minutes = (limit: number): string => {
  if (!Number.isSafeInteger(limit) || limit < 0)
    throw new SchedulerRefused(`${limit} can't be a limit in minutes`);
  return String(limit);
};
