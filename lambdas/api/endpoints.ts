import { createEnrolmentToken } from './agents/create-enrolment-token.ts';
import { readClusterAgent } from './agents/read-cluster-agent.ts';
import { allocationService } from './allocations/allocation-service.ts';
import { signOut, whoAmI } from './authentication/own-session.ts';
import { clusterService } from './clusters/cluster-service.ts';
import { readHealth } from './health/read-health.ts';
import { routesOf } from './http/routes.ts';
import { membershipService } from './memberships/membership-service.ts';
import { readOpenApi } from './read-openapi.ts';
import { decideRequest } from './requests/decide-request.ts';
import { requestService } from './requests/request-service.ts';
import { resourceHandlers } from './resources/resource-handlers.ts';
import { reviewService } from './reviews/review-service.ts';
import { teamService } from './teams/team-service.ts';
import { listBalances } from './usage/list-balances.ts';
import { listCharges } from './usage/list-charges.ts';
import { listUsageDays } from './usage/list-usage-days.ts';
import { userService } from './users/user-service.ts';

/** The whole API: who answers which path. */
export const routes = routesOf(
  {
    users: resourceHandlers(userService),
    teams: resourceHandlers(teamService),
    memberships: resourceHandlers(membershipService),
    clusters: resourceHandlers(clusterService),
    requests: resourceHandlers(requestService),
    allocations: resourceHandlers(allocationService),
    reviews: resourceHandlers(reviewService),
  },
  {
    signIn: { access: 'elsewhere' },
    enrolAgent: { access: 'elsewhere' },
    signOut: { access: 'signed-in', handle: signOut },
    whoAmI: { access: 'signed-in', handle: whoAmI },
    decideRequest: { access: 'staff', handle: decideRequest },
    createEnrolmentToken: { access: 'staff', handle: createEnrolmentToken },
    readClusterAgent: { access: 'staff', handle: readClusterAgent },
    listBalances: { access: 'signed-in', handle: listBalances },
    listUsageDays: { access: 'signed-in', handle: listUsageDays },
    listCharges: { access: 'signed-in', handle: listCharges },
    health: { access: 'anyone', handle: readHealth },
    openApi: { access: 'signed-in', handle: readOpenApi },
  },
);
