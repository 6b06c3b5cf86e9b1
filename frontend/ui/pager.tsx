import { strings } from '../lib/strings.ts';
import { Button } from './button.tsx';

interface PagerProps {
  /** What is paged, where a page has several. */
  label?: string;
  count: number;
  size: number;
  /** From 0. */
  page: number;
  onPage: (page: number) => void;
}

/** Steps through a long list. */
export function Pager({ label = strings.common.pages, count, size, page, onPage }: PagerProps) {
  if (count <= size && page === 0) return null;
  const first = page * size + 1;
  const last = Math.min(count, (page + 1) * size);
  return (
    <nav aria-label={label} className="flex items-center justify-end gap-3">
      <span className="text-soft tabular-nums">
        {strings.common.range(Math.min(first, last), last, count)}
      </span>
      <Button disabled={page === 0} onClick={() => onPage(page - 1)}>
        {strings.common.previous}
      </Button>
      <Button disabled={last >= count} onClick={() => onPage(page + 1)}>
        {strings.common.next}
      </Button>
    </nav>
  );
}
