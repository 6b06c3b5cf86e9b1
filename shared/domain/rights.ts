export type Role = 'OW' | 'AD' | 'MB';

/** What one person is to one record. */
export interface Relation {
  staff: boolean;
  /** The record is the person's own: its user, or its membership. */
  own: boolean;
  /** The person's role in the team that the record belongs to, or null. */
  role: Role | null;
}

/** Whom a right is given to. `manager` is the team's owner or admin. */
type Holder = 'signed-in' | 'own' | 'member' | 'manager' | 'staff';
export type Action = 'read' | 'create' | 'change' | 'delete';

/** Who may do what to which record. Whatever is not here nobody may do. */
export const rights = {
  user: { read: ['signed-in'], create: ['staff'], change: ['own', 'staff'], delete: ['own', 'staff'] },
  team: {
    read: ['signed-in'],
    create: ['signed-in'],
    change: ['manager', 'staff'],
    delete: ['manager', 'staff'],
  },
  membership: {
    read: ['signed-in'],
    create: ['manager', 'staff'],
    change: ['manager', 'staff'],
    delete: ['manager', 'own', 'staff'],
  },
  cluster: { read: ['signed-in'], create: ['staff'], change: ['staff'], delete: ['staff'] },
  request: { read: ['member', 'staff'], create: ['manager', 'staff'], change: ['staff'], delete: ['staff'] },
  allocation: {
    read: ['member', 'staff'],
    create: ['manager', 'staff'],
    change: ['staff'],
    delete: ['staff'],
  },
  review: { read: ['member', 'staff'], create: ['staff'], change: ['staff'], delete: ['staff'] },
  balance: { read: ['member', 'staff'], create: [], change: [], delete: [] },
} as const satisfies Record<string, Record<Action, readonly Holder[]>>;
export type Guarded = keyof typeof rights;

function holds(holder: Holder, { staff, own, role }: Relation): boolean {
  switch (holder) {
    case 'signed-in':
      return true;
    case 'own':
      return own;
    case 'member':
      return role !== null;
    case 'manager':
      return role === 'OW' || role === 'AD';
    case 'staff':
      return staff;
  }
}

/** True where someone who stands so to a record may do this to it. */
export function may(action: Action, guarded: Guarded, relation: Relation): boolean {
  const holders: readonly Holder[] = rights[guarded][action];
  return holders.some((holder) => holds(holder, relation));
}

/** True where only staff may do this, whatever the record: to be asked before anything is read. */
export function isStaffOnly(action: Action, guarded: Guarded): boolean {
  const holders: readonly Holder[] = rights[guarded][action];
  return holders.every((holder) => holder === 'staff');
}
