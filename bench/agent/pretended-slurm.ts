import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixture } from '@keystone/agent/schedulers/slurm/fixture.ts';
import { root } from '@keystone/local/stack/child-build.ts';
import type { BenchRun } from '../figures/figure.ts';
import * as answers from './slurm-answers.ts';

/** Which file a program prints, by what its arguments hold. */
const scripts = {
  squeue: `case "$*" in *--states=all*) print queue ;; *) print reservations ;; esac`,
  sacct: 'exit 0',
  scontrol: `case "$*" in *config*) print configuration ;; *partition*) print partitions ;;
  *flags=users*) print users ;; *) print counters ;; esac`,
  sacctmgr: `case "$*" in *assoc*) print associations ;; *qos*) print qualities ;; *cluster*) print clusters ;;
  *adminlevel*) echo Administrator ;; *) echo "nothing is to be written" >&2; exit 1 ;; esac`,
  getent: 'print people',
};

/** Slurm's programs as scripts that print what a busy cluster would answer. @returns their folder */
export function pretendSlurm(run: BenchRun, site: answers.Site, limitMinutes: number): string {
  const files = {
    queue: answers.queue(site),
    reservations: answers.reservations(site),
    configuration: fixture('configuration.txt'),
    partitions: fixture('partitions.txt'),
    qualities: fixture('qualities.txt'),
    clusters: fixture('clusters.txt'),
    users: answers.users(site),
    counters: answers.counters(site),
    associations: answers.associations(site, limitMinutes),
    people: answers.people(site),
  };
  return writePrograms(run, scripts, files);
}

/** A Slurm whose accounting holds so many rows for each day, and that knows nothing else. @returns its folder */
export function pretendAccounting(run: BenchRun, rowsPerDay: number): string {
  const program = join(root, 'bench/agent/sacct.process.ts');
  const node = `"${process.execPath}" --disable-warning=ExperimentalWarning "${program}"`;
  return writePrograms(
    run,
    { scontrol: 'print configuration', sacct: `exec ${node} ${rowsPerDay} "$@"` },
    { configuration: fixture('configuration.txt') },
  );
}

function writePrograms(
  run: BenchRun,
  programs: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>>,
): string {
  const folder = mkdtempSync(join(tmpdir(), 'keystone-bench-slurm-'));
  run.undo(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'answers'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'answers', name), text);
  for (const [program, script] of Object.entries(programs)) {
    const path = join(folder, program);
    writeFileSync(path, `#!/bin/sh\nprint() { exec /bin/cat ${folder}/answers/"$1"; }\n${script}\n`);
    chmodSync(path, 0o755);
  }
  return folder;
}
