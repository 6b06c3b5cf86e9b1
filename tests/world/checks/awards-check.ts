import { toBillingSeconds } from '@keystone/shared/domain/units.ts';
import { fromItem } from '@keystone/shared/store/table/items.ts';
import {
  allocationRecordSchema,
  entitlementRecordSchema,
  requestRecordSchema,
  teamRecordSchema,
} from '@keystone/shared/store/table/records.ts';
import type { Tables } from '../store/tables.ts';

/** Grants that clusters are told of and that are not what requests and their allocations say. */
export function wrongAwards(tables: Tables, control: string): string[] {
  const wrong: string[] = [];
  for (const item of tables.all(control)) {
    if (!item['pk']?.S?.startsWith('ALC#') || item['sk']?.S !== 'A') continue;
    const allocation = allocationRecordSchema.parse(fromItem(item));
    const found = tables.get(control, `REQ#${allocation.request}`, 'A');
    const team = tables.get(control, `TEAM#${allocation.team}`, 'A');
    if (!found || !team) {
      wrong.push(`allocation ${allocation.id} has no request or team`);
      continue;
    }
    const request = requestRecordSchema.parse(fromItem(found));
    const { slug } = teamRecordSchema.parse(fromItem(team));
    const isGone = item['hidden']?.BOOL === true || found['hidden']?.BOOL === true;
    const stands =
      !isGone && request.status === 'AP' && request.active !== null && Boolean(allocation.awarded);
    const row = tables.get(control, `CL#${allocation.cluster}`, `ENT#${slug}`);
    const grants = row ? entitlementRecordSchema.parse(fromItem(row)).grants : [];
    const grant = grants.find(({ id }) => id === allocation.id);
    const expected = stands
      ? [toBillingSeconds(allocation.awarded ?? 0), request.active, request.expire, null]
      : undefined;
    const told =
      grant && grant.withdrawn === null ? [grant.awarded, grant.from, grant.until, null] : undefined;
    if (JSON.stringify(told) !== JSON.stringify(expected))
      wrong.push(
        `allocation ${allocation.id} comes to ${JSON.stringify(expected)}, and ${slug} on cluster ${allocation.cluster} has ${JSON.stringify(grant)}`,
      );
  }
  return wrong;
}
