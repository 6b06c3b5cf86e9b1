import { accounting, NOW } from './slurm-answers.ts';

/** A pretended sacct: `node sacct.process.ts ROWS_A_DAY --starttime=… --endtime=…` prints the rows of that span, up to now. */
const [perDay, ...args] = process.argv.slice(2);
const at = (option: string): number => {
  const found = args.find((arg) => arg.startsWith(`--${option}=`));
  return Date.parse(`${found?.slice(option.length + 3)}Z`) / 1000;
};
process.stdout.write(accounting(at('starttime'), Math.min(at('endtime'), NOW), Number(perDay)));
