import { useRouter } from 'next/router';
import { SignedIn } from '../auth/session.tsx';
import { NoSuchRequest } from './no-such-request.tsx';
import { RequestPage } from './request-page.tsx';
import { RequestSkeleton } from './request-skeleton.tsx';

/** The request that the address names; the exported page is the same for all, so the id is known only once it runs. */
export function RequestRoute() {
  const router = useRouter();
  if (!router.isReady) return <RequestSkeleton />;
  const id = Number(router.query['id']);
  return (
    <SignedIn loading={<RequestSkeleton />}>
      {Number.isSafeInteger(id) && id > 0 ? <RequestPage key={id} id={id} /> : <NoSuchRequest />}
    </SignedIn>
  );
}
