import * as z from 'zod';
import { enrolmentRequestSchema, enrolmentResponseSchema } from '../agent.ts';
import * as clusters from './clusters.ts';
import { decisionResultSchema, decisionSchema } from './decision.ts';
import type { Filters } from './fields.ts';
import { healthSchema } from './health.ts';
import { listOf } from './list.ts';
import * as requests from './requests.ts';
import * as teams from './teams.ts';
import * as usage from './usage.ts';
import * as users from './users.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A record that the API lists, reads, creates, changes and deletes under one path. */
export interface Resource {
  path: string;
  name: string;
  read: z.ZodObject;
  create: z.ZodObject;
  /** Fields of PATCH; PUT takes the same but wants those that a creation wants. */
  update: z.ZodObject;
  filters: Filters;
}

export const resources = {
  users: {
    path: '/users/users/',
    name: 'User',
    read: users.userSchema,
    create: users.userCreateSchema,
    update: users.userUpdateSchema,
    filters: users.userFilters,
  },
  teams: {
    path: '/users/teams/',
    name: 'Team',
    read: teams.teamSchema,
    create: teams.teamCreateSchema,
    update: teams.teamUpdateSchema,
    filters: teams.teamFilters,
  },
  memberships: {
    path: '/users/memberships/',
    name: 'Membership',
    read: teams.membershipSchema,
    create: teams.membershipCreateSchema,
    update: teams.membershipUpdateSchema,
    filters: teams.membershipFilters,
  },
  clusters: {
    path: '/allocations/clusters/',
    name: 'Cluster',
    read: clusters.clusterSchema,
    create: clusters.clusterCreateSchema,
    update: clusters.clusterUpdateSchema,
    filters: clusters.clusterFilters,
  },
  requests: {
    path: '/allocations/requests/',
    name: 'AllocationRequest',
    read: requests.allocationRequestSchema,
    create: requests.requestCreateSchema,
    update: requests.requestUpdateSchema,
    filters: requests.requestFilters,
  },
  allocations: {
    path: '/allocations/allocations/',
    name: 'ResourceAllocation',
    read: requests.allocationSchema,
    create: requests.allocationCreateSchema,
    update: requests.allocationUpdateSchema,
    filters: requests.allocationFilters,
  },
  reviews: {
    path: '/allocations/reviews/',
    name: 'AllocationReview',
    read: requests.reviewSchema,
    create: requests.reviewCreateSchema,
    update: requests.reviewUpdateSchema,
    filters: requests.reviewFilters,
  },
} as const satisfies Record<string, Resource>;
export type ResourceName = keyof typeof resources;

/** An operation beside the resources' own five. */
export interface Operation {
  id: string;
  method: Method;
  path: string;
  summary: string;
  /** Who may call it: anyone, whoever is signed in, staff, or the holder of an enrolment token. */
  access: 'anyone' | 'signed-in' | 'staff' | 'token';
  body?: z.ZodType;
  query?: z.ZodObject;
  status: 200 | 201 | 204;
  response?: z.ZodType;
}

export const operations = [
  {
    id: 'signIn',
    method: 'POST',
    path: '/authentication/login/',
    summary: 'Sign in by name and password',
    access: 'anyone',
    body: users.loginSchema,
    status: 200,
    response: users.userSchema,
  },
  {
    id: 'signOut',
    method: 'POST',
    path: '/authentication/logout/',
    summary: 'End the session',
    access: 'signed-in',
    status: 200,
    response: z.object({}),
  },
  {
    id: 'whoAmI',
    method: 'GET',
    path: '/authentication/whoami/',
    summary: 'The caller',
    access: 'signed-in',
    status: 200,
    response: users.userSchema,
  },
  {
    id: 'decideRequest',
    method: 'POST',
    path: '/allocations/requests/{id}/decision/',
    summary: 'Decide a request: status, awards and dates in one step',
    access: 'staff',
    body: decisionSchema,
    status: 200,
    response: decisionResultSchema,
  },
  {
    id: 'createEnrolmentToken',
    method: 'POST',
    path: '/allocations/clusters/{id}/enrolment/',
    summary: "Make a one-use token for the cluster's agent",
    access: 'staff',
    status: 201,
    response: clusters.enrolmentTokenSchema,
  },
  {
    id: 'readClusterAgent',
    method: 'GET',
    path: '/allocations/clusters/{id}/agent/',
    summary: "State of the cluster's agent",
    access: 'staff',
    status: 200,
    response: clusters.clusterAgentSchema,
  },
  {
    id: 'enrolAgent',
    method: 'POST',
    path: '/agents/enrol/',
    summary: 'Enrol an agent by its one-use token',
    access: 'token',
    body: enrolmentRequestSchema,
    status: 201,
    response: enrolmentResponseSchema,
  },
  {
    id: 'listBalances',
    method: 'GET',
    path: '/usage/balances/',
    summary: 'Balances by cluster and account',
    access: 'signed-in',
    status: 200,
    response: listOf(usage.balanceSchema),
  },
  {
    id: 'listUsageDays',
    method: 'GET',
    path: '/usage/days/',
    summary: 'Use of an account by the start day of its runs',
    access: 'signed-in',
    query: usage.accountDaysSchema,
    status: 200,
    response: listOf(usage.usageDaySchema),
  },
  {
    id: 'listCharges',
    method: 'GET',
    path: '/usage/charges/',
    summary: 'Charges of an account by end day',
    access: 'signed-in',
    query: usage.accountDaysSchema,
    status: 200,
    response: listOf(usage.chargeSchema),
  },
  {
    id: 'health',
    method: 'GET',
    path: '/health/',
    summary: 'Whether all parts answer',
    access: 'anyone',
    status: 200,
    response: healthSchema,
  },
  {
    id: 'openApi',
    method: 'GET',
    path: '/openapi/',
    summary: 'This document',
    access: 'signed-in',
    status: 200,
    response: z.record(z.string(), z.unknown()),
  },
] as const satisfies readonly Operation[];
export type OperationId = (typeof operations)[number]['id'];

/** Filters of the balance list; charges are asked for by account and days. */
export const balanceFilters = {
  cluster: 'reference',
  account: 'text',
  team: 'reference',
  locked: 'boolean',
} as const satisfies Filters;
