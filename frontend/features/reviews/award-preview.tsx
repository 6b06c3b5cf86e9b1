import { useWatch, type Control } from 'react-hook-form';
import type { AllocationRequest } from '../../lib/api/records.ts';
import { useDebounced } from '../../lib/debounced.ts';
import { strings } from '../../lib/strings.ts';
import { DecisionPreview } from './decision-preview.tsx';
import { awardOf, reviewFormSchema, type ReviewForm } from './review-form-schema.ts';

const words = strings.review;
const REST_MS = 300;

interface AwardPreviewProps {
  request: AllocationRequest;
  control: Control<ReviewForm>;
}

/** What approving the form as it stands would do, asked for anew once the typing rests. */
export function AwardPreview({ request, control }: AwardPreviewProps) {
  const typed = useDebounced(useWatch({ control }), REST_MS);
  const { data: form } = reviewFormSchema.safeParse(typed);
  const title = request.status === 'AP' ? words.amendPreview : words.preview;
  return (
    <section aria-label={title} className="flex flex-col gap-3 border-t border-line pt-4">
      <div>
        <h3 className="font-semibold">{title}</h3>
        <p className="text-xs text-soft">{words.previewHint}</p>
      </div>
      <DecisionPreview request={request.id} decision={form && awardOf(form, request)} />
    </section>
  );
}
