import * as z from 'zod';
import { accountPattern, memberPattern } from '../domain/names.ts';

/** Calendar day of the deployment's zone, YYYY-MM-DD. */
export const daySchema = z.iso.date();

/** Usage in billing-seconds: one unit of the scheduler's billing TRES for one second (1 SU hour = 3,600). */
export const billingSecondsSchema = z.int().min(0);

/** A difference of two usages, which may be negative. */
export const billingDeltaSchema = z.int();

/** An id from a counter: unique, roughly rising, never reused, with gaps. */
export const idSchema = z.int().min(1);

/** Correlation id of a request and of everything that it causes. */
export const cidSchema = z.uuid();

/** The scheduler's account, which is the team's slug. */
export const accountSchema = z.string().regex(accountPattern);

/** A person's name as a cluster can carry it. */
export const memberSchema = z.string().regex(memberPattern);

/** SHA-256, lower-case hex. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);
