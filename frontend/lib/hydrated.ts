import { useSyncExternalStore } from 'react';

const never = () => () => undefined;

/** False in the exported page, true once the page answers to a person. */
export const useHydrated = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
