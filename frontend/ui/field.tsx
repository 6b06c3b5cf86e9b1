import { useId, type ComponentProps, type ReactNode } from 'react';
import { strings } from '../lib/strings.ts';
import { classNames } from './class-names.ts';

interface FieldFrame {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  /** Says so beside the label; whatever is not optional is wanted. */
  optional?: boolean | undefined;
  className?: string | undefined;
}

interface Wiring {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

const control =
  'w-full rounded-md border bg-raised px-3 text-ink aria-invalid:border-bad disabled:cursor-not-allowed disabled:bg-sunken disabled:text-soft';
const line = classNames(control, 'h-9 border-control');

function Field({
  label,
  hint,
  error,
  optional,
  className,
  children,
}: FieldFrame & { children: (wiring: Wiring) => ReactNode }) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;
  return (
    <div className={classNames('flex flex-col gap-1', className)}>
      <div className="flex items-baseline justify-between gap-2">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {optional && <span className="text-xs text-soft">{strings.common.optional}</span>}
      </div>
      {children({ id, 'aria-describedby': described, 'aria-invalid': error ? true : undefined })}
      {hint && (
        <p id={`${id}-hint`} className="text-xs text-soft">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} role="alert" className="text-xs font-medium text-bad">
          {error}
        </p>
      )}
    </div>
  );
}

type Framed<T extends 'input' | 'select' | 'textarea'> = FieldFrame &
  Omit<ComponentProps<T>, keyof FieldFrame>;

/** What belongs to the frame around a control, and what to the control. */
function split<P extends FieldFrame>({ label, hint, error, optional, className, ...rest }: P) {
  return { frame: { label, hint, error, optional, className }, rest };
}

/** A line of text under a label, with what it is for and what is wrong with it. */
export function TextField(props: Framed<'input'>) {
  const { frame, rest } = split(props);
  return <Field {...frame}>{(wiring) => <input {...rest} {...wiring} className={line} />}</Field>;
}

/** Whole service units; separators between the digits are allowed. */
export function UnitsField(props: Framed<'input'>) {
  return <TextField {...props} inputMode="numeric" autoComplete="off" />;
}

export function TextArea(props: Framed<'textarea'>) {
  const { frame, rest } = split(props);
  return (
    <Field {...frame}>
      {(wiring) => (
        <textarea rows={5} {...rest} {...wiring} className={classNames(control, 'border-control py-2')} />
      )}
    </Field>
  );
}

/** A choice of few or many: the browser's own, so that it works on every device and by every key. */
export function SelectField(props: Framed<'select'>) {
  const { frame, rest } = split(props);
  const look = rest.multiple ? classNames(control, 'border-control py-1') : line;
  return <Field {...frame}>{(wiring) => <select {...rest} {...wiring} className={look} />}</Field>;
}

/** A yes or no. */
export function CheckField({ label, ...input }: { label: string } & ComponentProps<'input'>) {
  return (
    <label className="flex items-center gap-2 font-medium">
      <input {...input} type="checkbox" className="size-4 accent-accent" />
      {label}
    </label>
  );
}
