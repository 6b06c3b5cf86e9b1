import { useRouter } from 'next/router';
import { SignedIn } from '../auth/session.tsx';
import { NoSuchBalance } from './no-such-balance.tsx';
import { readUsageAddress } from './usage-address.ts';
import { UsagePage } from './usage-page.tsx';
import { UsageSkeleton } from './usage-skeleton.tsx';

/** The balance that the address names; the exported page is the same for all, so it is known only once it runs. */
export function UsageRoute() {
  const router = useRouter();
  if (!router.isReady) return <UsageSkeleton />;
  const named = readUsageAddress(router.query);
  return (
    <SignedIn loading={<UsageSkeleton />}>
      {named ? <UsagePage key={`${named.cluster}/${named.account}`} {...named} /> : <NoSuchBalance />}
    </SignedIn>
  );
}
