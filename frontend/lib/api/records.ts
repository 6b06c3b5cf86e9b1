import type { components } from '@keystone/client/client.ts';

type Schemas = components['schemas'];

/** Records as the API sends them. */
export type User = Schemas['User'];
export type Team = Schemas['Team'];
export type Membership = Schemas['Membership'];
export type Cluster = Schemas['Cluster'];
export type ClusterAgent = Schemas['ClusterAgent'];
export type EnrolmentToken = Schemas['EnrolmentToken'];
export type AllocationRequest = Schemas['AllocationRequest'];
export type Allocation = Schemas['ResourceAllocation'];
export type AllocationSummary = Schemas['ResourceAllocationSummary'];
export type Review = Schemas['AllocationReview'];
export type AuditEntry = Schemas['AuditEntry'];
export type Balance = Schemas['Balance'];
export type UsageDay = Schemas['UsageDay'];
export type Decision = Schemas['DecisionRequest'];
export type DecisionEffect = Schemas['DecisionEffect'];
export type DecisionResult = Schemas['DecisionResult'];

export type RequestStatus = AllocationRequest['status'];
export type Role = Membership['role'];
export type AccessMode = Cluster['access_mode'];
