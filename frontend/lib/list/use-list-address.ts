import { useRouter } from 'next/router';
import { listAddress, type AddressQuery } from './list-state.ts';

/**
 * What a list shows, as its address says. Pages are exported without one, so it is known only once `ready`.
 *
 * @param read what the address means for this list
 */
export function useListAddress<S extends Parameters<typeof listAddress>[1]>(
  path: string,
  read: (query: AddressQuery) => S,
) {
  const router = useRouter();
  return {
    ready: router.isReady,
    state: read(router.query),
    show: (state: S) => void router.replace(listAddress(path, state), undefined, { shallow: true }),
  };
}
