import type { Cluster } from '../../lib/api/records.ts';
import { strings } from '../../lib/strings.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Cell, HeadCell, Row, RowHead, Table } from '../../ui/table.tsx';
import { AgentState, PolicyState } from './agent-cells.tsx';
import { useClusterAgent } from './use-clusters.ts';

const words = strings.clusters;
const wide = 'hidden lg:table-cell';

interface ClusterTableProps {
  clusters: readonly Cluster[];
  onEnrol: (cluster: Cluster) => void;
}

export function ClusterTable({ clusters, onEnrol }: ClusterTableProps) {
  return (
    <Table label={words.title}>
      <thead>
        <tr>
          <HeadCell>{words.columns.name}</HeadCell>
          <HeadCell className={wide}>{words.columns.access}</HeadCell>
          <HeadCell>{words.columns.agent}</HeadCell>
          <HeadCell className="hidden md:table-cell">{words.columns.policy}</HeadCell>
          <HeadCell>
            <span className="sr-only">{words.enrol}</span>
          </HeadCell>
        </tr>
      </thead>
      <tbody>
        {clusters.map((cluster) => (
          <ClusterRow key={cluster.id} cluster={cluster} onEnrol={() => onEnrol(cluster)} />
        ))}
      </tbody>
    </Table>
  );
}

function ClusterRow({ cluster, onEnrol }: { cluster: Cluster; onEnrol: () => void }) {
  const agent = useClusterAgent(cluster.id);
  return (
    <Row>
      <RowHead className="min-w-24">
        <span className="flex flex-wrap items-center gap-2">
          <span className="wrap-anywhere">{cluster.name}</span>
          {!cluster.enabled && <Badge>{words.disabled}</Badge>}
        </span>
        {cluster.description && (
          <span className="hidden text-xs font-normal text-soft wrap-anywhere md:block">
            {cluster.description}
          </span>
        )}
      </RowHead>
      <Cell className={wide}>
        {words.accessMode[cluster.access_mode]}
        {cluster.access_mode !== 'OP' && (
          <span className="block text-xs text-soft wrap-anywhere">
            {cluster._access_teams.map((team) => team.slug).join(', ') || strings.common.none}
          </span>
        )}
      </Cell>
      <Cell>
        <AgentState agent={agent} />
      </Cell>
      <Cell className="hidden md:table-cell">{agent.data && <PolicyState agent={agent.data} />}</Cell>
      <Cell className="text-right">
        <Button className="h-7 px-2" onClick={onEnrol}>
          {words.enrol}
        </Button>
      </Cell>
    </Row>
  );
}
