import type { RequestStatus } from '../../lib/api/records.ts';
import { strings } from '../../lib/strings.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';

const tones: Record<RequestStatus, Tone> = { PD: 'accent', AP: 'good', DC: 'bad', CR: 'warn' };

export const StatusBadge = ({ status }: { status: RequestStatus }) => (
  <Badge tone={tones[status]}>{strings.requests.status[status]}</Badge>
);
