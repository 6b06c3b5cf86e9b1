import dynamic from 'next/dynamic';
import { useState } from 'react';
import type { Cluster } from '../../lib/api/records.ts';
import { strings } from '../../lib/strings.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/notice.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { TableSkeleton } from '../../ui/skeleton.tsx';
import { StaffPage } from '../shell/staff-page.tsx';
import { ClusterTable } from './cluster-table.tsx';
import { useClusters, useEnrolmentToken } from './use-clusters.ts';

const words = strings.clusters;

const CreateDialog = dynamic(
  () => import('./create-cluster-dialog.tsx').then((module) => module.CreateClusterDialog),
  { ssr: false },
);
const EnrolDialog = dynamic(() => import('./enrol-dialog.tsx').then((module) => module.EnrolDialog), {
  ssr: false,
});

/** The clusters of the centre and their agents; for staff. */
export function ClustersPage() {
  return (
    <StaffPage words={words} loading={<TableSkeleton />} CreateDialog={CreateDialog}>
      {(create) => <ClusterList onCreate={create} />}
    </StaffPage>
  );
}

function ClusterList({ onCreate }: { onCreate: () => void }) {
  const [enrolling, setEnrolling] = useState<Cluster>();
  const making = useEnrolmentToken();
  const enrol = (cluster: Cluster) => {
    setEnrolling(cluster);
    making.mutate(cluster.id);
  };
  const { data, error, refetch } = useClusters();
  if (!data)
    return error ? <ProblemNotice error={error} onRetry={() => void refetch()} /> : <TableSkeleton />;
  if (data.count === 0)
    return (
      <EmptyState
        title={words.empty}
        text={words.emptyText}
        action={<Button onClick={onCreate}>{words.create}</Button>}
      />
    );
  return (
    <>
      <ClusterTable clusters={data.results} onEnrol={enrol} />
      {enrolling && (
        <EnrolDialog cluster={enrolling} making={making} onClose={() => setEnrolling(undefined)} />
      )}
    </>
  );
}
