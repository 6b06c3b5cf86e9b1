import { agentPlants } from './agent-plants.ts';
import { ledgerPlants } from './ledger-plants.ts';
import type { Plant } from './plant.ts';
import { policyPlants } from './policy-plants.ts';

/** Every planted bug, by name. */
export const plants: readonly Plant[] = [...ledgerPlants, ...agentPlants, ...policyPlants];
