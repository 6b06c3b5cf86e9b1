import type { Cluster, EnrolmentToken } from '../../lib/api/records.ts';
import { formatMoment } from '../../lib/format/dates.ts';
import { strings } from '../../lib/strings.ts';
import { Button } from '../../ui/button.tsx';
import { CopyField } from '../../ui/copy-field.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useClusterAgent, type useEnrolmentToken } from './use-clusters.ts';

const words = strings.clusters;

interface EnrolDialogProps {
  cluster: Cluster;
  making: ReturnType<typeof useEnrolmentToken>;
  onClose: () => void;
}

/** Shows the one-use token that was just made, and exactly what to run with it. */
export function EnrolDialog({ cluster, making: { data: token, error, mutate }, onClose }: EnrolDialogProps) {
  const { data: agent } = useClusterAgent(cluster.id);
  const again = agent !== undefined && agent.enrolled !== null;
  return (
    <Dialog open onClose={onClose} title={words.enrolTitle(cluster.name)} text={words.enrolText}>
      {again && <Notice tone="warn">{words.reenrolText}</Notice>}
      {error && <ProblemNotice error={error} onRetry={() => mutate(cluster.id)} />}
      {!error && !token && <Skeleton rows={2} />}
      {token && <Instructions token={token} again={again} />}
      <DialogActions>
        <Button onClick={onClose}>{strings.common.close}</Button>
      </DialogActions>
    </Dialog>
  );
}

function Instructions({ token: { token, expires }, again }: { token: EnrolmentToken; again: boolean }) {
  const command = `keystone-agent enrol --url ${window.location.origin}/api --token ${token}`;
  return (
    <>
      <CopyField label={words.command} value={again ? `${command} --force` : command} />
      <CopyField label={words.token} value={token} />
      <p className="text-soft">{words.expires(formatMoment(expires))}</p>
    </>
  );
}
