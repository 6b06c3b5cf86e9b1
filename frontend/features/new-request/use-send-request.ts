import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/router';
import { useState } from 'react';
import { useApi, usePace } from '../../lib/api/api-context.tsx';
import { createSubmission, IncompleteRequest } from './send-request.ts';

/** Sends the form's request, again from where it stopped after a failure, and then shows it. */
export function useSendRequest() {
  const api = useApi();
  const pace = usePace();
  const queries = useQueryClient();
  const router = useRouter();
  const [send] = useState(() => createSubmission(api));
  // Held beside the mutation, which forgets its error as soon as it is tried again.
  const [unfinished, setUnfinished] = useState<IncompleteRequest>();
  const sending = useMutation({
    mutationFn: send,
    onSuccess: (id) => router.push(`/requests/${id}/`),
    onError: (error) => {
      if (error instanceof IncompleteRequest) setUnfinished(error);
    },
    // A request that lacks a cluster is there all the same.
    onSettled: () => {
      pace.noteChange();
      return queries.invalidateQueries({ queryKey: ['requests'] });
    },
  });
  return { sending, unfinished };
}
