import { schedulerContract } from '../testing/scheduler-contract.ts';
import { startSimulatedWorld } from './testing/simulated-world.ts';

schedulerContract('a simulated Slurm', startSimulatedWorld);
