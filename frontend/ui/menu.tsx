import { Menu as BaseMenu } from '@base-ui/react/menu';
import { useRef, type ReactNode } from 'react';
import { Check } from './icons.tsx';

const item =
  'flex cursor-default items-center gap-2 rounded px-2.5 py-1.5 outline-none select-none data-highlighted:bg-accent-wash data-highlighted:text-accent';

interface MenuProps {
  /** What the button is called. */
  label: string;
  trigger: ReactNode;
  triggerClass: string;
  children: ReactNode;
}

/** A button that opens a list of things to do. */
export function Menu({ label, trigger, triggerClass, children }: MenuProps) {
  // Inside the landmark of its button, where who looks by landmarks looks for it.
  const place = useRef<HTMLSpanElement>(null);
  return (
    <BaseMenu.Root>
      <BaseMenu.Trigger aria-label={label} className={triggerClass}>
        {trigger}
      </BaseMenu.Trigger>
      <span ref={place} />
      <BaseMenu.Portal container={place}>
        <BaseMenu.Positioner align="end" sideOffset={6} className="z-50 outline-none">
          <BaseMenu.Popup className="min-w-52 rounded-lg border border-line bg-raised p-1 shadow-lg outline-none">
            {children}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}

export function MenuItem({ onSelect, children }: { onSelect: () => void; children: ReactNode }) {
  return (
    <BaseMenu.Item onClick={onSelect} className={item}>
      {children}
    </BaseMenu.Item>
  );
}

export const MenuSeparator = () => <BaseMenu.Separator className="mx-2 my-1 h-px bg-line" />;

interface MenuChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onChoose: (value: T) => void;
}

/** One of a few, chosen in the menu without closing it. */
export function MenuChoice<T extends string>({ label, value, options, onChoose }: MenuChoiceProps<T>) {
  return (
    <BaseMenu.Group>
      <BaseMenu.GroupLabel className="px-2.5 py-1 text-xs text-soft">{label}</BaseMenu.GroupLabel>
      <BaseMenu.RadioGroup value={value} onValueChange={onChoose}>
        {options.map(([option, words]) => (
          <BaseMenu.RadioItem key={option} value={option} className={item}>
            <span className="flex size-4 items-center">
              <BaseMenu.RadioItemIndicator>
                <Check />
              </BaseMenu.RadioItemIndicator>
            </span>
            {words}
          </BaseMenu.RadioItem>
        ))}
      </BaseMenu.RadioGroup>
    </BaseMenu.Group>
  );
}
