import type { AccessMode } from '../api/records.ts';

/** Clusters and their agents. */
export const clusterWords = {
  clusters: {
    title: 'Clusters',
    about:
      'Where time is used. An agent beside each scheduler keeps to what was awarded and tells what was used.',
    create: 'Add a cluster',
    name: 'Name',
    nameHint: 'As people know it.',
    description: 'Description',
    access: 'Who may ask for time',
    accessMode: {
      OP: 'Every team',
      WL: 'Only the listed teams',
      BL: 'Every team but the listed',
    } satisfies Record<AccessMode, string>,
    accessTeams: 'Listed teams',
    enabled: 'Open for requests',
    disabled: 'Closed',
    submit: 'Add cluster',
    empty: 'No clusters yet',
    emptyText: 'Add the first cluster, then enrol the agent that works beside its scheduler.',
    staffOnly: 'Clusters are looked after by staff',
    staffOnlyText: 'You see the clusters that you may use when you ask for time.',
    columns: { name: 'Cluster', access: 'Access', agent: 'Agent', policy: 'Policy' },
    enrol: 'Enrol an agent',
    enrolTitle: (cluster: string) => `Enrol an agent for ${cluster}`,
    enrolText: "Run this on the cluster's management node. The token works once.",
    reenrolText: 'This cluster has an agent. Enrolling another one ends its connection.',
    token: 'Token',
    command: 'Command',
    expires: (moment: string) => `The token expires on ${moment}.`,
    agent: {
      none: 'No agent',
      waiting: 'Enrolled, not seen yet',
      seen: (age: string) => `seen ${age}`,
      silent: (age: string) => `Silent, last seen ${age}`,
      mode: { enforce: 'Enforcing', observe: 'Observing' },
      version: (version: string) => `agent ${version}`,
      upToDate: (version: string) => `${version} applied`,
      behind: (applied: string, desired: string) => `${applied} applied, ${desired} wanted`,
      noPolicy: 'no policy yet',
      problems: (count: number) => (count === 1 ? '1 problem' : `${count} problems`),
      unknown: 'Not known',
    },
    errors: {
      name: 'Give the cluster a name of at most 50 characters.',
      description: 'At most 150 characters.',
    },
  },
} as const;
