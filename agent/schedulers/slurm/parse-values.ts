/** Whole number of digits, or undefined for anything else (empty, None, Unknown, UNLIMITED). */
export function wholeNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,20}$/.test(text)) return undefined;
  return Number(text);
}

/** Seconds of a duration as Slurm prints it: `[days-]hours:minutes:seconds`, `minutes:seconds` or with a fraction. */
export function durationSeconds(text: string | undefined): number | undefined {
  const match = /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)(?:\.\d+)?$/.exec(text ?? '');
  if (match === null) return undefined;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = match;
  return Number(days) * 86_400 + Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
}

/** How Slurm counts a job without a time limit. */
const UNLIMITED_MINUTES = 4_294_967_295;

/** A time limit in whole minutes, as Slurm keeps it. */
export function timeLimitMinutes(text: string | undefined): number | undefined {
  if (text === 'UNLIMITED') return UNLIMITED_MINUTES;
  const seconds = durationSeconds(text);
  return seconds === undefined ? undefined : Math.ceil(seconds / 60);
}

/** The figure of one resource in `cpu=2,billing=500`, where it is there. */
export function tresFigure(list: string | undefined, name: string): number | undefined {
  const entry = list?.split(',').find((part) => part.startsWith(`${name}=`));
  return wholeNumber(entry?.slice(name.length + 1));
}

/** Lines of a program's output, without the empty one at its end. */
export const linesOf = (output: string): string[] => output.split('\n').filter((line) => line !== '');

/** Text for a person, cut to what a report may hold. */
export const excerpt = (text: string): string => (text.length <= 200 ? text : `${text.slice(0, 199)}…`);
