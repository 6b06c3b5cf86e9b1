import { DEMO_PAST_DAYS, demoUse, type DemoCluster } from './demo-clusters.ts';

/** Days from today of an award's first day, and of the day on which it has ended. */
interface Window {
  active: number;
  expire: number;
}

/** What staff made of a request. */
type Outcome =
  | { kind: 'pending'; assignee: string; review?: { by: string; status: 'AP' | 'CR' | 'DC' } }
  | ({ kind: 'approved'; share: number; comment: string } & Window)
  | ({ kind: 'withdrawn'; share: number; comment: string } & Window)
  | { kind: 'declined' | 'changes'; comment: string };

export interface DemoRequest {
  team: string;
  by: string;
  title: string;
  about: string;
  /** Service units by cluster. */
  asked: Partial<Record<DemoCluster, number>>;
  outcome: Outcome;
}

const HALF_YEAR = 183;
const pastYear: Window = { active: -DEMO_PAST_DAYS - 1, expire: -HALF_YEAR };
const thisYear: Window = { active: -HALF_YEAR, expire: 365 - HALF_YEAR };
const daysOf = ({ active, expire }: Window) => expire - active;

/** What a team would use in so many days, `factor` times over, on the clusters on which it works. */
function needs(team: string, days: number, factor: number): DemoRequest['asked'] {
  const asked: DemoRequest['asked'] = {};
  const add = (cluster: DemoCluster, uses: Readonly<Record<string, { unitsPerDay: number }>>) => {
    const use = uses[team];
    if (use) asked[cluster] = Math.round((use.unitsPerDay * days * factor) / 5_000) * 5_000;
  };
  add('aurora', demoUse.aurora);
  add('nova', demoUse.nova);
  return asked;
}

const granted = (
  team: string,
  by: string,
  window: Window,
  factor: number,
  [title, about]: readonly [string, string],
  comment = 'A good case, and the figures follow from what was used before.',
): DemoRequest => ({
  team,
  by,
  title,
  about,
  asked: needs(team, daysOf(window), factor / 0.8),
  outcome: { kind: 'approved', share: 0.8, comment, ...window },
});

/** What each team was awarded for the half year before, and for the year that runs; some have little left. */
const awards: readonly DemoRequest[] = [
  granted('Quantum Chemistry', 'ada', pastYear, 1.2, [
    'Reaction paths of enzyme models',
    'Transition states of four enzyme models, with two functionals each.',
  ]),
  granted('Climate', 'edward', pastYear, 1.2, [
    'Storm tracks of seventy winters',
    'Tracks of cyclones over the North Atlantic in all winters since 1950.',
  ]),
  granted('Genomics', 'barbara', pastYear, 1.3, [
    'A pangenome of wheat',
    'Assembly and comparison of twenty wheat genomes.',
  ]),
  granted('Plasma Physics', 'hannes', pastYear, 1.2, [
    'Edge turbulence in tokamaks',
    'Gyrokinetic runs of the plasma edge for three machines.',
  ]),
  granted('Machine Learning', 'kateryna', pastYear, 1.2, [
    'Speech models for small languages',
    'Training of speech models for languages with less than a hundred hours of recordings.',
  ]),
  granted('Fluid Dynamics', 'sofia', pastYear, 1.2, [
    'Wing flutter at high Reynolds numbers',
    'Large-eddy simulations of a wing section near flutter.',
  ]),
  granted('Cosmology', 'henrietta', pastYear, 1.2, [
    'Halo mass functions',
    'Ten boxes of dark matter to measure the mass function of halos.',
  ]),
  granted('Materials', 'dorothy', pastYear, 1.2, [
    'Phonons in perovskites',
    'Phonon spectra of forty perovskites by finite displacements.',
  ]),
  granted('Quantum Chemistry', 'ada', thisYear, 1.1, [
    'Catalyst screening',
    'Adsorption energies of small molecules on 900 candidate surfaces.',
  ]),
  granted('Climate', 'edward', thisYear, 0.9, [
    'Seasonal forecasts',
    'Monthly forecasts with forty members, six months ahead.',
  ]),
  granted('Genomics', 'barbara', thisYear, 0.75, [
    'Variant calling for the cohort',
    'Variants of 12,000 people, once with each of two callers.',
  ]),
  granted('Plasma Physics', 'lise', thisYear, 1, [
    'Edge turbulence on a finer grid',
    'The runs of last year once more with half the grid spacing.',
  ]),
  granted('Machine Learning', 'alan', thisYear, 1.15, [
    'Language models for chemistry',
    'Models that propose synthesis routes, trained on open patents.',
  ]),
  granted(
    'Fluid Dynamics',
    'sofia',
    thisYear,
    0.35,
    ['Wall-bounded turbulence', 'Direct simulation of a channel at friction Reynolds number 5,200.'],
    'Less than was asked for: aurora is full until the spring. Please come back when it is used.',
  ),
  granted('Cosmology', 'henrietta', thisYear, 0.8, [
    'Lensing maps',
    'Ray tracing through the boxes of last year.',
  ]),
  granted('Materials', 'dorothy', thisYear, 0.6, [
    'High-entropy alloys',
    'Mixing energies of five-component alloys.',
  ]),
];

const others: readonly DemoRequest[] = [
  {
    team: 'Quantum Chemistry',
    by: 'linus',
    title: 'Excited states of porphyrins',
    about: 'Excitation energies of sixty porphyrins with a multireference method that runs on GPUs.',
    asked: { nova: 15_000 },
    outcome: { kind: 'pending', assignee: 'mary' },
  },
  {
    team: 'Genomics',
    by: 'gregor',
    title: 'Protein folds of unknown function',
    about: 'Structures for 40,000 proteins of soil bacteria that resemble nothing known.',
    asked: { nova: 60_000 },
    outcome: { kind: 'pending', assignee: 'mary', review: { by: 'charles', status: 'AP' } },
  },
  {
    team: 'Plasma Physics',
    by: 'hannes',
    title: 'Runaway electrons',
    about: 'What happens to fast electrons when a discharge ends at once.',
    asked: { aurora: 90_000, nova: 5_000 },
    outcome: { kind: 'pending', assignee: 'charles' },
  },
  {
    team: 'Machine Learning',
    by: 'kateryna',
    title: 'Benchmarks of sparse attention',
    about: 'How far attention can be thinned out before answers get worse.',
    asked: { nova: 40_000 },
    outcome: { kind: 'pending', assignee: 'katherine', review: { by: 'mary', status: 'CR' } },
  },
  {
    team: 'Fluid Dynamics',
    by: 'osborne',
    title: 'Wall-bounded turbulence, second half',
    about: 'The award of the running year is almost used; this is what the second half needs.',
    asked: { aurora: 400_000 },
    outcome: { kind: 'pending', assignee: 'mary' },
  },
  {
    team: 'Climate',
    by: 'edward',
    title: 'Regional ensemble 2027',
    about: 'An ensemble at 3 km for the whole of the British Isles.',
    asked: { aurora: 900_000 },
    outcome: { kind: 'changes', comment: 'Please say how many members the ensemble has.' },
  },
  {
    team: 'Materials',
    by: 'lawrence',
    title: 'Grain boundaries',
    about: 'Energies of grain boundaries in copper at all misorientations.',
    asked: { aurora: 120_000 },
    outcome: {
      kind: 'changes',
      comment: 'The estimate counts each boundary twice, as far as we can see. Please check.',
    },
  },
  {
    team: 'Climate',
    by: 'vilhelm',
    title: 'Reanalysis of the 1990s',
    about: 'A reanalysis of ten years with the observations that were found since.',
    asked: { aurora: 600_000 },
    outcome: { kind: 'declined', comment: 'The archive holds these runs already.' },
  },
  {
    team: 'Machine Learning',
    by: 'alan',
    title: 'Training on all of aurora',
    about: 'A model of 70 billion parameters without GPUs, to see whether it can be done.',
    asked: { aurora: 2_000_000 },
    outcome: { kind: 'declined', comment: 'This is more than a third of what aurora gives in a year.' },
  },
  {
    team: 'Fluid Dynamics',
    by: 'osborne',
    title: 'Bubble columns',
    about: 'Bubbles that rise, join and break up in a column two metres high.',
    asked: { nova: 30_000 },
    outcome: {
      kind: 'withdrawn',
      share: 1,
      comment: 'The group has left for another centre; what was not used goes back.',
      active: -90,
      expire: 275,
    },
  },
  {
    team: 'Cosmology',
    by: 'cecilia',
    title: 'The next light cone',
    about: 'One box of three gigaparsecs, written out along the light cone.',
    asked: { aurora: 700_000, nova: 50_000 },
    outcome: {
      kind: 'approved',
      share: 0.9,
      comment: 'From the day on which Lensing maps should be done.',
      active: 14,
      expire: 379,
    },
  },
];

/** Requests in every state, in the order in which they are made. */
export const demoRequests: readonly DemoRequest[] = [...awards, ...others];
