import { KeystoneProblem, KeystoneUnreachable } from '@keystone/client/client.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState, Notice } from '../../ui/notice.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Sample } from './sample.tsx';

const tones = ['neutral', 'accent', 'good', 'warn', 'bad'] as const;

const problem = new KeystoneProblem({
  title: 'Bad request',
  status: 400,
  detail: 'The request can not be approved.',
  cid: '3f0c8f2e-6f64-4a8b-9df6-3f6f9f0f3f11',
  errors: { expire: ['must come after the first day'] },
});

export function MessageSamples() {
  return (
    <>
      <Sample title="Badge">
        {tones.map((tone) => (
          <Badge key={tone} tone={tone}>
            {tone}
          </Badge>
        ))}
      </Sample>
      <Sample title="Notice" stacked>
        {tones.map((tone) => (
          <Notice key={tone} tone={tone} title={`A ${tone} notice`} action={<Button>Act</Button>}>
            <p>What happened, and what follows.</p>
          </Notice>
        ))}
        <ProblemNotice error={problem} onRetry={() => undefined} />
        <ProblemNotice error={new KeystoneUnreachable('keystone.example.org can not be reached.')} />
      </Sample>
      <Sample title="Empty and loading" stacked>
        <EmptyState
          title="Nothing here yet"
          text="Why, and what to do about it."
          action={<Button>Do it</Button>}
        />
        <Skeleton rows={2} />
      </Sample>
    </>
  );
}
