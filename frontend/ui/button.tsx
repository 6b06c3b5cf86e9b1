import Link from 'next/link';
import type { ComponentProps } from 'react';
import { classNames } from './class-names.ts';

const looks = {
  primary: 'border-transparent bg-accent text-on-accent hover:not-disabled:bg-accent-strong',
  plain:
    'border-line bg-raised text-ink hover:not-disabled:border-control aria-pressed:border-accent aria-pressed:text-accent',
  danger: 'border-line bg-raised text-bad hover:not-disabled:border-bad hover:not-disabled:bg-bad-wash',
  quiet: 'border-transparent text-soft hover:not-disabled:bg-sunken hover:not-disabled:text-ink',
} as const;

export type ButtonLook = keyof typeof looks;

const frame =
  'inline-flex h-9 items-center justify-center gap-2 rounded-md border px-3.5 font-medium whitespace-nowrap transition-colors';

export const buttonClass = (look: ButtonLook, className?: string) =>
  classNames(frame, looks[look], className);

type ButtonProps = ComponentProps<'button'> & { look?: ButtonLook; busy?: boolean };

/** A button. While `busy` it can't be pressed again, and keeps its width, words and focus. */
export function Button({
  look = 'plain',
  busy = false,
  className,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={buttonClass(
        look,
        classNames(
          'cursor-pointer disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:cursor-progress aria-disabled:opacity-70',
          className,
        ),
      )}
    />
  );
}

/** A link that looks like a button: it goes somewhere. */
export function ButtonLink({
  look = 'plain',
  className,
  ...rest
}: ComponentProps<typeof Link> & { look?: ButtonLook }) {
  return <Link {...rest} className={buttonClass(look, className)} />;
}
