import type { Definition } from '../figures/definition.ts';
import { definitions } from '../figures/definitions.ts';
import { methods } from '../figures/methods.ts';
import { benchNames, type BenchName, type Figure, type Summary } from '../figures/figure.ts';
import { reasons } from '../figures/reasons.ts';
import { rounded } from '../measure/statistics.ts';
import { isMissed, nameOfAim } from './aims.ts';

/** One figure over several runs. */
interface Row {
  definition: Definition;
  key: string;
  /** Key, and what it is of. */
  id: string;
  of: string | undefined;
  figures: Figure[];
}

/** The page of all figures, from runs in any order. */
export function renderReport(runs: readonly Summary[]): string {
  const byBench = Map.groupBy(runs, ({ bench }) => bench);
  const sections = benchNames.flatMap((bench) => {
    const own = byBench.get(bench);
    return own ? [section(bench, own)] : [];
  });
  return `${intro}\n${sections.join('\n')}`;
}

const intro = `# Performance

Made by \`npm run bench -- report\` from runs of \`npm run bench -- NAME\`; do not edit by hand. Each figure stands beside its
floor from the same run: what could not be undercut on that machine at that moment. The ratio is figure to floor. Where
there were several runs, all of them are shown, and an aim counts as reached only where all of them reach it. The
machine was shared: the load averages say how busy it was.
`;

function section(bench: BenchName, runs: readonly Summary[]): string {
  const inOrder = [...runs].sort((a, b) => (a.started < b.started ? -1 : 1));
  const rows = rowsOf(inOrder);
  const missed = rows.filter(({ definition, figures }) => isMissed(definition, figures));
  const parts = [
    `## ${bench}\n`,
    `${methods[bench]}\n`,
    table(rows),
    ...(missed.length > 0 ? [`Missed:\n\n${missed.map(missedLine).join('\n')}\n`] : []),
    `${inOrder.map(runLine).join('\n')}\n`,
  ];
  return parts.join('\n');
}

function rowsOf(runs: readonly Summary[]): Row[] {
  const rows = new Map<string, Row>();
  for (const figure of runs.flatMap(({ figures }) => figures)) {
    const definition = definitions[figure.key];
    if (!definition) throw new Error(`no bench of this version has the figure ${figure.key}; run it anew`);
    const id = figure.of === undefined ? figure.key : `${figure.key} ${figure.of}`;
    const row = rows.get(id) ?? { definition, key: figure.key, id, of: figure.of, figures: [] };
    row.figures.push(figure);
    rows.set(id, row);
  }
  return [...rows.values()];
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ definition, of, figures }) => {
    const { what, unit, floor } = definition;
    const cells = [
      of === undefined ? what : `${what}: ${of}`,
      figures.map(({ value }) => `${number(value)} ${unit}`).join(' · '),
      floor === undefined ? '' : `${floors(figures, unit)} (${floor})`,
      floor === undefined ? '' : ratios(figures),
      aimCell(definition, figures),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return `| figure | measured | floor | ratio | aim |\n| --- | --- | --- | --- | --- |\n${lines.join('\n')}\n`;
}

const floors = (figures: readonly Figure[], unit: string) =>
  figures.map(({ floor }) => (floor === undefined ? '?' : `${number(floor)} ${unit}`)).join(' · ');

const ratios = (figures: readonly Figure[]) =>
  figures.map(({ value, floor }) => (floor ? number(value / floor) : '?')).join(' · ');

function aimCell(definition: Definition, figures: readonly Figure[]): string {
  const aim = nameOfAim(definition);
  return aim === undefined ? '' : `${aim}: ${isMissed(definition, figures) ? '**missed**' : 'reached'}`;
}

function missedLine({ id, key, definition, of }: Row): string {
  const reason = reasons[id] ?? reasons[key] ?? 'not explained yet.';
  return `- ${definition.what}${of === undefined ? '' : `: ${of}`}: ${reason}`;
}

function runLine({ started, size, seconds, load, machine }: Summary): string {
  const { cpu, cores, memoryGb, node } = machine;
  const when = `${started.slice(0, 16).replace('T', ' ')} UTC`;
  return `- ${when}, size ${number(size)}, ${seconds} s; load ${load.before} before, ${load.after} after; ${cores} cores of ${cpu}, ${memoryGb} GB, Node ${node}`;
}

/** Three digits, thousands apart. */
const number = (value: number) => rounded(value).toLocaleString('en-US', { maximumFractionDigits: 6 });
