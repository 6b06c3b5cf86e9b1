import { useCallback, useEffect, useState, type ComponentType } from 'react';
import type { User } from '../../lib/api/records.ts';
import { whenIdle } from '../../lib/when-idle.ts';

type UserMenu = ComponentType<{ user: User }>;

/**
 * Who is signed in. Its menu weighs more than the rest of the shell, and nobody needs it to read a balance: it comes when
 * the page is there, or when someone reaches for it.
 */
export function AccountCorner({ user }: { user: User }) {
  const [Menu, setMenu] = useState<UserMenu>();
  const load = useCallback(() => {
    import('./user-menu.tsx').then(
      ({ UserMenu }) => setMenu(() => UserMenu),
      // Reaching for it tries again.
      () => undefined,
    );
  }, []);
  useEffect(() => whenIdle(load), [load]);
  if (Menu) return <Menu user={user} />;
  return (
    // As wide as the button that follows.
    <span onPointerEnter={load} className="flex h-9 max-w-48 items-center pr-7.5 pl-2 font-medium">
      <span className="truncate">{user.display_name}</span>
    </span>
  );
}
