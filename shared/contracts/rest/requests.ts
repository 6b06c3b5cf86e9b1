import * as z from 'zod';
import { idSchema } from '../primitives.ts';
import {
  dateSchema,
  dateTimeSchema,
  requestStatusSchema,
  reviewStatusSchema,
  serviceUnitsSchema,
  titleSchema,
  type Filters,
} from './fields.ts';
import {
  allocationSummarySchema,
  clusterSummarySchema,
  historySchema,
  requestSummarySchema,
  teamSummarySchema,
  userSummarySchema,
} from './summaries.ts';

/** Publications, grants, attachments and comments of a request are not built yet: the lists are there for clients and empty. */
const notYet = z.array(z.never()).max(0);

export const allocationRequestSchema = z.object({
  id: idSchema,
  _submitter: userSummarySchema,
  _team: teamSummarySchema,
  _assignees: z.array(userSummarySchema),
  _publications: notYet,
  _grants: notYet,
  _history: historySchema,
  _allocations: z.array(allocationSummarySchema),
  _attachments: notYet,
  _comments: notYet,
  title: z.string(),
  description: z.string(),
  submitted: dateTimeSchema,
  active: dateSchema.nullable(),
  expire: dateSchema.nullable(),
  status: requestStatusSchema,
  submitter: idSchema,
  team: idSchema,
  assignees: z.array(idSchema),
  publications: notYet,
  grants: notYet,
});
export type AllocationRequest = z.infer<typeof allocationRequestSchema>;

const descriptionSchema = z.string().min(1).max(20_000);

/** `submitter` is the caller unless staff names another; only staff sets dates, status and assignees. */
export const requestCreateSchema = z.strictObject({
  title: titleSchema(250),
  description: descriptionSchema,
  team: idSchema,
  submitter: idSchema.optional(),
  active: dateSchema.nullable().default(null),
  expire: dateSchema.nullable().default(null),
  status: requestStatusSchema.default('PD'),
  assignees: z.array(idSchema).max(20).default([]),
  publications: notYet.default([]),
  grants: notYet.default([]),
});
export const requestUpdateSchema = z
  .strictObject({
    title: titleSchema(250),
    description: descriptionSchema,
    team: idSchema,
    submitter: idSchema,
    active: dateSchema.nullable(),
    expire: dateSchema.nullable(),
    status: requestStatusSchema,
    assignees: z.array(idSchema).max(20),
    publications: notYet,
    grants: notYet,
  })
  .partial();
export const requestFilters = {
  id: 'number',
  title: 'text',
  description: 'text',
  status: 'text',
  active: 'date',
  expire: 'date',
  submitted: 'datetime',
  submitter: 'reference',
  team: 'reference',
} as const satisfies Filters;

export const allocationSchema = z.object({
  id: idSchema,
  _cluster: clusterSummarySchema,
  _request: requestSummarySchema,
  _history: historySchema,
  requested: serviceUnitsSchema,
  awarded: serviceUnitsSchema.nullable(),
  final: serviceUnitsSchema.nullable(),
  cluster: idSchema,
  request: idSchema,
});
export type Allocation = z.infer<typeof allocationSchema>;

/** `awarded` is staff's; `final` is what was drawn, and a body may only repeat it. */
export const allocationCreateSchema = z.strictObject({
  request: idSchema,
  cluster: idSchema,
  requested: serviceUnitsSchema,
  awarded: serviceUnitsSchema.nullable().default(null),
  final: serviceUnitsSchema.nullable().default(null),
});
export const allocationUpdateSchema = z
  .strictObject({
    request: idSchema,
    cluster: idSchema,
    requested: serviceUnitsSchema,
    awarded: serviceUnitsSchema.nullable(),
    final: serviceUnitsSchema.nullable(),
  })
  .partial();
export const allocationFilters = {
  id: 'number',
  requested: 'number',
  awarded: 'number',
  final: 'number',
  cluster: 'reference',
  request: 'reference',
} as const satisfies Filters;

export const reviewSchema = z.object({
  id: idSchema,
  _request: requestSummarySchema,
  _reviewer: userSummarySchema,
  _history: historySchema,
  status: reviewStatusSchema,
  submitted: dateTimeSchema,
  request: idSchema,
  reviewer: idSchema,
});
export type Review = z.infer<typeof reviewSchema>;

export const reviewCreateSchema = z.strictObject({
  status: reviewStatusSchema,
  request: idSchema,
  reviewer: idSchema.optional(),
});
export const reviewUpdateSchema = z
  .strictObject({ status: reviewStatusSchema, request: idSchema, reviewer: idSchema })
  .partial();
export const reviewFilters = {
  id: 'number',
  request: 'reference',
  reviewer: 'reference',
  status: 'text',
  submitted: 'datetime',
} as const satisfies Filters;
