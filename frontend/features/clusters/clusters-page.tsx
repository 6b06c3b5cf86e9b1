import dynamic from 'next/dynamic';
import { useState } from 'react';
import type { Cluster } from '../../lib/api/records.ts';
import { strings } from '../../lib/strings.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/notice.tsx';
import { PageHeader } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useUser } from '../auth/session.tsx';
import { PageTitle } from '../shell/page-title.tsx';
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

export function ClustersPage() {
  const user = useUser();
  return (
    <div className="flex flex-col gap-5">
      <PageTitle>{words.title}</PageTitle>
      {user.is_staff ? (
        <Clusters />
      ) : (
        <>
          <PageHeader title={words.title} />
          <EmptyState title={words.staffOnly} text={words.staffOnlyText} />
        </>
      )}
    </div>
  );
}

function Clusters() {
  const [creating, setCreating] = useState(false);
  const [enrolling, setEnrolling] = useState<Cluster>();
  const making = useEnrolmentToken();
  const enrol = (cluster: Cluster) => {
    setEnrolling(cluster);
    making.mutate(cluster.id);
  };
  return (
    <>
      <PageHeader
        title={words.title}
        action={
          <Button look="primary" onClick={() => setCreating(true)}>
            {words.create}
          </Button>
        }
      />
      <ClusterList onEnrol={enrol} />
      {creating && <CreateDialog onClose={() => setCreating(false)} />}
      {enrolling && (
        <EnrolDialog cluster={enrolling} making={making} onClose={() => setEnrolling(undefined)} />
      )}
    </>
  );
}

function ClusterList({ onEnrol }: { onEnrol: (cluster: Cluster) => void }) {
  const { data, error, refetch } = useClusters();
  if (!data) return error ? <ProblemNotice error={error} onRetry={() => void refetch()} /> : <Skeleton />;
  if (data.count === 0) return <EmptyState title={words.empty} text={words.emptyText} />;
  return <ClusterTable clusters={data.results} onEnrol={onEnrol} />;
}
