import { useRouter } from 'next/router';
import { Skeleton } from '../../ui/skeleton.tsx';
import { NoSuchBalance } from './no-such-balance.tsx';
import { readUsageAddress } from './usage-address.ts';
import { UsagePage } from './usage-page.tsx';

/** The balance that the address names; the exported page is the same for all, so it is known only once it runs. */
export function UsageRoute() {
  const router = useRouter();
  if (!router.isReady) return <Skeleton />;
  const named = readUsageAddress(router.query);
  return named ? <UsagePage key={`${named.cluster}/${named.account}`} {...named} /> : <NoSuchBalance />;
}
