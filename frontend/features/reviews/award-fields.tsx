import type { UseFormReturn } from 'react-hook-form';
import type { AllocationRequest } from '../../lib/api/records.ts';
import { formatUnits } from '../../lib/format/service-units.ts';
import { strings } from '../../lib/strings.ts';
import { TextArea, TextField, UnitsField } from '../../ui/field.tsx';
import { awardField, type ReviewForm } from './review-form-schema.ts';

const words = strings.review;

interface AwardFieldsProps {
  request: AllocationRequest;
  form: UseFormReturn<ReviewForm>;
}

/** The award on each cluster, its days, and a word to the team. */
export function AwardFields({ request, form: { register, formState } }: AwardFieldsProps) {
  const { errors } = formState;
  return (
    <>
      {request._allocations.map(({ id, requested, _cluster }) => (
        <UnitsField
          key={id}
          label={words.award(_cluster.name)}
          hint={words.awardHint(formatUnits(requested))}
          error={errors.awards?.[`a${id}`]?.message}
          {...register(awardField(id))}
        />
      ))}
      <div className="grid grid-cols-2 gap-4">
        <TextField label={words.first} type="date" error={errors.active?.message} {...register('active')} />
        <TextField
          label={words.until}
          type="date"
          hint={words.untilHint}
          error={errors.expire?.message}
          {...register('expire')}
        />
      </div>
      <TextArea
        label={words.comment}
        optional
        rows={3}
        error={errors.comment?.message}
        {...register('comment')}
      />
    </>
  );
}
