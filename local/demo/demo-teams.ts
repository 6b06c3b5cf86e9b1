/** A person of the demo centre; the user name is the one on the clusters. */
export interface DemoPerson {
  username: string;
  first_name: string;
  last_name: string;
}

export interface DemoTeam {
  name: string;
  department: string;
  /** The first owns the team, the second helps to run it; the busiest first. */
  people: readonly DemoPerson[];
  /** User names of people of other teams who work in it as well. */
  guests?: readonly string[];
}

const person = (username: string, first_name: string, last_name: string): DemoPerson => ({
  username,
  first_name,
  last_name,
});

/** Eight teams and their people, after scientists of the past. */
export const demoTeams: readonly DemoTeam[] = [
  {
    name: 'Quantum Chemistry',
    department: 'Chemistry',
    people: [
      person('ada', 'Ada', 'Lovelace'),
      person('linus', 'Linus', 'Pauling'),
      person('grace', 'Grace', 'Hopper'),
      person('gilbert', 'Gilbert', 'Lewis'),
      person('marie', 'Marie', 'Curie'),
    ],
  },
  {
    name: 'Climate',
    department: 'Meteorology',
    people: [
      person('edward', 'Edward', 'Lorenz'),
      person('vilhelm', 'Vilhelm', 'Bjerknes'),
      person('eunice', 'Eunice', 'Foote'),
      person('svante', 'Svante', 'Arrhenius'),
      person('milutin', 'Milutin', 'Milanković'),
    ],
  },
  {
    name: 'Genomics',
    department: 'Biology',
    people: [
      person('barbara', 'Barbara', 'McClintock'),
      person('gregor', 'Gregor', 'Mendel'),
      person('nettie', 'Nettie', 'Stevens'),
      person('oswald', 'Oswald', 'Avery'),
    ],
    guests: ['alan'],
  },
  {
    name: 'Plasma Physics',
    department: 'Physics',
    people: [
      person('hannes', 'Hannes', 'Alfvén'),
      person('lise', 'Lise', 'Meitner'),
      person('irving', 'Irving', 'Langmuir'),
      person('lev', 'Lev', 'Landau'),
    ],
  },
  {
    name: 'Machine Learning',
    department: 'Computer Science',
    people: [
      person('alan', 'Alan', 'Turing'),
      person('kateryna', 'Kateryna', 'Yushchenko'),
      person('claude', 'Claude', 'Shannon'),
      person('frank', 'Frank', 'Rosenblatt'),
      person('norbert', 'Norbert', 'Wiener'),
    ],
  },
  {
    name: 'Fluid Dynamics',
    department: 'Engineering',
    people: [
      person('sofia', 'Sofia', 'Kovalevskaya'),
      person('osborne', 'Osborne', 'Reynolds'),
      person('ludwig', 'Ludwig', 'Prandtl'),
      person('hertha', 'Hertha', 'Ayrton'),
      person('george', 'George', 'Stokes'),
    ],
  },
  {
    name: 'Cosmology',
    department: 'Astronomy',
    people: [
      person('henrietta', 'Henrietta', 'Leavitt'),
      person('cecilia', 'Cecilia', 'Payne-Gaposchkin'),
      person('edwin', 'Edwin', 'Hubble'),
      person('vera', 'Vera', 'Rubin'),
      person('georges', 'Georges', 'Lemaître'),
    ],
  },
  {
    name: 'Materials',
    department: 'Materials Science',
    people: [
      person('dorothy', 'Dorothy', 'Hodgkin'),
      person('lawrence', 'Lawrence', 'Bragg'),
      person('kathleen', 'Kathleen', 'Lonsdale'),
      person('max', 'Max', 'von Laue'),
    ],
    guests: ['linus'],
  },
];

/** The centre's own staff. The first reviews most requests. */
export const demoStaff: readonly DemoPerson[] = [
  person('mary', 'Mary', 'Somerville'),
  person('charles', 'Charles', 'Babbage'),
  person('katherine', 'Katherine', 'Johnson'),
];

/** Forty people can sign in, beside the first staff account. */
export const demoPeople: readonly DemoPerson[] = [...demoTeams.flatMap(({ people }) => people), ...demoStaff];
