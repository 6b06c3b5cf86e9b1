import { zodResolver } from '@hookform/resolvers/zod';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import type { AllocationRequest } from '../../lib/api/records.ts';
import { today } from '../../lib/format/dates.ts';
import { strings } from '../../lib/strings.ts';
import { Panel, Section } from '../../ui/panel.tsx';
import { AwardFields } from './award-fields.tsx';
import { AwardPreview } from './award-preview.tsx';
import { DecisionButtons } from './decision-buttons.tsx';
import { DecisionOutcome } from './decision-outcome.tsx';
import {
  approvalOf,
  initialReview,
  refusalOf,
  reviewFormSchema,
  type ReviewForm,
} from './review-form-schema.ts';
import type { ReadRequest } from '../requests/use-requests.ts';
import { useDecision } from './use-decision.ts';

const words = strings.review;

const WithdrawDialog = dynamic(
  () => import('./withdraw-dialog.tsx').then((module) => module.WithdrawDialog),
  {
    ssr: false,
  },
);

/** Where staff decides: the award by cluster, its days, and what the decision would do. */
export function ReviewPanel({ request, etag }: ReadRequest) {
  const deciding = useDecision(request.id, etag);
  return (
    <Section title={request.status === 'AP' ? words.amendTitle : words.title}>
      <Panel className="flex flex-col gap-5 p-4">
        <DecisionOutcome deciding={deciding} />
        <ReviewPanelForm key={standOf(request)} request={request} deciding={deciding} />
      </Panel>
    </Section>
  );
}

/** Another decision than the one shown starts the form anew; a refresh without one leaves what was typed. */
const standOf = ({ status, active, expire, _allocations }: AllocationRequest) =>
  [status, active, expire, ..._allocations.map(({ id, awarded }) => `${id}:${awarded}`)].join();

interface ReviewPanelFormProps {
  request: AllocationRequest;
  deciding: ReturnType<typeof useDecision>;
}

function ReviewPanelForm({ request, deciding }: ReviewPanelFormProps) {
  const [withdrawing, setWithdrawing] = useState(false);
  const form = useForm<ReviewForm>({
    resolver: zodResolver(reviewFormSchema),
    mode: 'onChange',
    defaultValues: initialReview(request, today()),
  });
  const approve = form.handleSubmit((values) => deciding.mutate(approvalOf(values, request)));
  const refuse = (status: 'DC' | 'CR') => deciding.mutate(refusalOf(status, form.getValues()));
  const withdraw = () => {
    setWithdrawing(false);
    refuse('DC');
  };
  return (
    <>
      <form noValidate className="flex flex-col gap-5" onSubmit={(event) => void approve(event)}>
        <AwardFields request={request} form={form} />
        <DecisionButtons
          status={request.status}
          busy={deciding.isPending}
          onRefuse={refuse}
          onWithdraw={() => setWithdrawing(true)}
        />
      </form>
      <AwardPreview request={request} control={form.control} />
      <WithdrawDialog
        request={request.id}
        open={withdrawing}
        onClose={() => setWithdrawing(false)}
        onWithdraw={withdraw}
      />
    </>
  );
}
