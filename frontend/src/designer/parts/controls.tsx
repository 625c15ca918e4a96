/** Labelled controls for the inspector and dialogs. They hold what is being typed, and report values. */

import { useEffect, useId, useState, type KeyboardEvent, type ReactNode } from "react";

export function Labelled({ label, hint, error, hideLabel = false, children }: { label: string; hint?: ReactNode; error?: string | undefined; hideLabel?: boolean; children: (id: string, describedBy: string | undefined) => ReactNode }) {
  const id = useId();
  const errorId = `${id}-error`;
  return (
    <div className="flex flex-col gap-1.5 min-w-0">
      <div className={hideLabel && hint === undefined ? "sr-only" : "flex items-center justify-between gap-2 min-h-5"}>
        <label className={hideLabel ? "sr-only" : "lbl"} htmlFor={id}>
          {label}
        </label>
        {hint}
      </div>
      {children(id, error === undefined ? undefined : errorId)}
      {error === undefined ? null : (
        <p id={errorId} className="text-xs text-fail-ink">
          {error}
        </p>
      )}
    </div>
  );
}

/** What is being typed, until the value changes from elsewhere. */
export function useTyped(value: string): [string, (next: string) => void] {
  const [typed, setTyped] = useState(value);
  const [seen, setSeen] = useState(value);
  if (seen !== value) {
    setSeen(value);
    setTyped(value);
  }
  return [typed, setTyped];
}

interface TextProps {
  label: string;
  /** The label is read, but not seen: it stands above already. */
  hideLabel?: boolean;
  value: string;
  onChange: (value: string) => void;
  /** Report only when the field is left or Enter is pressed. */
  lazy?: boolean;
  mono?: boolean;
  rows?: number;
  placeholder?: string;
  hint?: ReactNode;
  error?: string | undefined;
  disabled?: boolean;
  suggestions?: readonly string[];
  focusName?: string;
  unit?: string;
}

export function TextInput(props: TextProps) {
  const { label, hideLabel = false, value, onChange, lazy = false, mono = false, rows, placeholder, hint, error, disabled = false, suggestions, focusName, unit } = props;
  const [typed, setTyped] = useTyped(value);
  const listId = useId();
  const commit = (next: string): void => {
    if (next !== value) onChange(next);
  };
  const shared = (id: string, describedBy: string | undefined) => ({
    id,
    value: typed,
    disabled,
    placeholder,
    "aria-describedby": describedBy,
    "aria-invalid": error !== undefined,
    "data-focus": focusName,
    spellCheck: !mono,
    onChange: ({ target }: { target: { value: string } }) => {
      setTyped(target.value);
      if (!lazy) commit(target.value);
    },
    onBlur: () => {
      if (lazy) commit(typed);
    },
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === "Enter" && lazy && rows === undefined) commit(typed);
      if (event.key === "Escape" && lazy) setTyped(value);
    },
  });
  return (
    <Labelled label={label} hideLabel={hideLabel} hint={hint} error={error}>
      {(id, describedBy) =>
        rows === undefined ? (
          <span className={`input !px-2.5 ${mono ? "font-mono text-xs" : ""}`}>
            <input {...shared(id, describedBy)} list={suggestions === undefined ? undefined : listId} />
            {unit === undefined ? null : <span className="text-xs text-ink-3">{unit}</span>}
            {suggestions === undefined ? null : (
              <datalist id={listId}>
                {suggestions.map((suggestion) => (
                  <option key={suggestion} value={suggestion} />
                ))}
              </datalist>
            )}
          </span>
        ) : (
          <textarea {...shared(id, describedBy)} rows={rows} className={`textarea field-sizing-content max-h-72 !px-2.5 ${mono ? "font-mono text-xs" : "text-s"} leading-[1.3rem]`} />
        )
      }
    </Labelled>
  );
}

interface NumberProps {
  label: string;
  /** As written in the document, so that 2.0 stays 2.0. */
  value: string;
  onChange: (value: string | undefined) => void;
  min?: number;
  max?: number;
  integer?: boolean;
  placeholder?: string;
  unit?: string;
  disabled?: boolean;
  hint?: ReactNode;
}

const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/;

export function NumberInput({ label, value, onChange, min, max, integer = false, placeholder, unit, disabled = false, hint }: NumberProps) {
  const [typed, setTyped] = useTyped(value);
  const refusal = refusalOf(typed, min, max, integer);
  return (
    <Labelled label={label} hint={hint} error={refusal}>
      {(id, describedBy) => (
        <span className="input !px-2.5">
          <input
            id={id}
            className="num w-full"
            inputMode="decimal"
            value={typed}
            disabled={disabled}
            placeholder={placeholder}
            aria-describedby={describedBy}
            aria-invalid={refusal !== undefined}
            onChange={({ target }) => {
              setTyped(target.value);
              const text = target.value.trim();
              if (text === "") onChange(undefined);
              else if (refusalOf(text, min, max, integer) === undefined) onChange(text);
            }}
          />
          {unit === undefined ? null : <span className="text-xs text-ink-3">{unit}</span>}
        </span>
      )}
    </Labelled>
  );
}

function refusalOf(typed: string, min: number | undefined, max: number | undefined, integer: boolean): string | undefined {
  const text = typed.trim();
  if (text === "") return undefined;
  if (!JSON_NUMBER.test(text)) return "A number, such as 2 or 0.5.";
  const number = Number(text);
  if (integer && !Number.isInteger(number)) return "A whole number.";
  if (min !== undefined && number < min) return `At least ${String(min)}.`;
  if (max !== undefined && number > max) return `At most ${String(max)}.`;
  return undefined;
}

export interface Option {
  value: string;
  label: string;
  disabled?: boolean;
}

interface SelectProps {
  label: string;
  value: string;
  options: readonly Option[];
  onChange: (value: string) => void;
  hint?: ReactNode;
  disabled?: boolean;
  hideLabel?: boolean;
}

export function SelectInput({ label, value, options, onChange, hint, disabled = false, hideLabel = false }: SelectProps) {
  const known = options.some((option) => option.value === value);
  const select = (id?: string) => (
    <select id={id} className="select text-ellipsis" aria-label={hideLabel ? label : undefined} value={value} disabled={disabled} onChange={({ target }) => onChange(target.value)}>
      {known ? null : <option value={value}>{value === "" ? "Choose" : value}</option>}
      {options.map((option) => (
        <option key={option.value} value={option.value} disabled={option.disabled}>
          {option.label}
        </option>
      ))}
    </select>
  );
  if (hideLabel) return select();
  return (
    <Labelled label={label} hint={hint}>
      {(id) => select(id)}
    </Labelled>
  );
}

export interface Segment<T extends string> {
  value: T;
  label: string;
  /** Why it can't be chosen; shown beside the label and on hover. */
  refusal?: string | undefined;
}

interface SegmentedProps<T extends string> {
  label: string;
  value: T;
  segments: readonly Segment<T>[];
  onChange: (value: T) => void;
  small?: boolean;
  fill?: boolean;
  disabled?: boolean;
}

/** One of two to four modes, as a radio group. */
export function Segmented<T extends string>({ label, value, segments, onChange, small = false, fill = false, disabled = false }: SegmentedProps<T>) {
  return (
    <div role="radiogroup" aria-label={label} className={`seg ${small ? "!p-[1px]" : ""} ${fill ? "w-full" : "self-start"} max-w-full overflow-x-auto flex-none`} onKeyDown={moveRadio}>
      {segments.map((segment) => {
        const chosen = segment.value === value;
        const refused = segment.refusal !== undefined || (disabled && !chosen);
        return (
          <button
            key={segment.value}
            type="button"
            role="radio"
            aria-checked={chosen}
            aria-disabled={refused || undefined}
            title={segment.refusal}
            tabIndex={chosen || (!segments.some((each) => each.value === value) && segment === segments[0]) ? 0 : -1}
            className={`${small ? "!h-5" : ""} ${fill ? "flex-1 justify-center" : ""} ${chosen ? "bg-base-100 !text-base-content ring-1 ring-line-2" : ""}`}
            onClick={() => {
              if (!refused && !chosen) onChange(segment.value);
            }}
          >
            {segment.label}
          </button>
        );
      })}
    </div>
  );
}

/** Arrow keys move and choose within a radio group or move within a tab list. */
export function moveRadio(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>("[role=radio]:not([aria-disabled=true]), [role=tab]")];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const next = items[(at + step + items.length) % items.length];
  if (at < 0 || next === undefined) return;
  event.preventDefault();
  next.focus();
  next.click();
}

export function CheckInput({ label, checked, onChange, disabled = false }: { label: string; checked: boolean; onChange: (checked: boolean) => void; disabled?: boolean }) {
  return (
    <label className="flex items-center gap-2 text-s">
      <input type="checkbox" className="checkbox checkbox-sm" checked={checked} disabled={disabled} onChange={({ target }) => onChange(target.checked)} />
      {label}
    </label>
  );
}

interface TabsProps<T extends string> {
  label: string;
  value: T;
  tabs: readonly { value: T; label: string; count?: number }[];
  onChange: (value: T) => void;
  className?: string;
  panelId: string;
}

export function Tabs<T extends string>({ label, value, tabs, onChange, className = "utabs", panelId }: TabsProps<T>) {
  return (
    <div role="tablist" aria-label={label} className={className} onKeyDown={moveRadio}>
      {tabs.map((tab) => (
        <button
          key={tab.value}
          type="button"
          role="tab"
          id={`${panelId}-${tab.value}`}
          aria-selected={tab.value === value}
          aria-controls={panelId}
          tabIndex={tab.value === value ? 0 : -1}
          className={className.includes("seg") ? "flex-1 justify-center" : ""}
          onClick={() => onChange(tab.value)}
        >
          {tab.label}
          {tab.count === undefined || tab.count === 0 ? null : <span className="count">{tab.count}</span>}
        </button>
      ))}
    </div>
  );
}

/** Has `value` been the same for `delay` milliseconds? Then this is it. */
export function useSettled<T>(value: T, delay: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), delay);
    return () => clearTimeout(timer);
  }, [value, delay]);
  return settled;
}
