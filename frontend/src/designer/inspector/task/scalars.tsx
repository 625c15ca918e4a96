/** Controls for single values: text, number, choice, time, bytes, JSON, and an expression in their place. */

import { useId } from "react";

import type { JsonValue } from "../../../asl/document";
import { Raw } from "../../../asl/style";
import type { ScalarType } from "../../catalogue/shapes";
import { JsonField } from "../JsonField";
import { useTyped } from "../../parts/controls";
import type { Language } from "./place";

interface ControlProps {
  id: string;
  label: string;
  disabled: boolean;
}

/** Text; as many lines as it has. */
export function TextControl({ id, label, value, onChange, disabled, placeholder, mono = false, suggestions, rows }: ControlProps & { value: string; onChange: (text: string) => void; placeholder?: string | undefined; mono?: boolean; suggestions?: readonly string[] | undefined; rows?: number | undefined }) {
  const [typed, setTyped] = useTyped(value);
  const listId = useId();
  const lines = rows ?? (typed.includes("\n") || typed.length > 90 ? 4 : 1);
  const shared = {
    id,
    value: typed,
    disabled,
    placeholder,
    spellCheck: false,
    "aria-label": label,
    onChange: ({ target }: { target: { value: string } }) => {
      setTyped(target.value);
      onChange(target.value);
    },
  };
  if (lines > 1) return <textarea {...shared} rows={lines} className={`textarea !px-2.5 ${mono ? "font-mono text-xs" : "text-s"} leading-[1.3rem]`} />;
  return (
    <span className={`input !px-2.5 ${mono ? "font-mono text-xs" : ""}`}>
      <input {...shared} list={suggestions === undefined || suggestions.length === 0 ? undefined : listId} />
      {suggestions === undefined || suggestions.length === 0 ? null : (
        <datalist id={listId}>
          {suggestions.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      )}
    </span>
  );
}

const EXPRESSION_PLACEHOLDER: Record<Language, string> = { JSONPath: "$.path, or States.Format(...)", JSONata: "$states.input.value" };

export function ExpressionControl({ id, label, text, onChange, disabled, language, rows }: ControlProps & { text: string; onChange: (text: string) => void; language: Language; rows?: number }) {
  return (
    <div className="flex items-stretch gap-0 min-w-0 [&>*:last-child]:flex-1 [&>*:last-child]:rounded-l-none">
      <span aria-hidden className="font-mono text-2xs grid place-items-center px-1.5 rounded-l-field border border-r-0 border-control bg-secondary text-ink-2">
        {language === "JSONata" ? "{%" : ".$"}
      </span>
      <TextControl id={id} label={label} value={text} onChange={onChange} disabled={disabled} mono placeholder={EXPRESSION_PLACEHOLDER[language]} rows={rows} />
    </div>
  );
}

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/;

/** A number as it's typed; what is none isn't written. */
export function NumberControl({ id, label, value, onChange, disabled, whole, placeholder }: ControlProps & { value: JsonValue | undefined; onChange: (number: Raw | undefined) => void; whole: boolean; placeholder?: string | undefined }) {
  const [typed, setTyped] = useTyped(value === undefined ? "" : typeof value === "number" ? String(value) : JSON.stringify(value));
  const wrong = typed.trim() !== "" && (!NUMBER.test(typed.trim()) || (whole && !Number.isInteger(Number(typed))));
  return (
    <>
      <span className="input !px-2.5">
        <input
          id={id}
          aria-label={label}
          aria-invalid={wrong}
          aria-describedby={wrong ? `${id}-wrong` : undefined}
          inputMode="decimal"
          className="num w-full"
          value={typed}
          disabled={disabled}
          placeholder={placeholder}
          onChange={({ target }) => {
            setTyped(target.value);
            const text = target.value.trim();
            if (text === "") onChange(undefined);
            else if (NUMBER.test(text) && (!whole || Number.isInteger(Number(text)))) onChange(new Raw(text));
          }}
        />
      </span>
      {wrong ? (
        <p id={`${id}-wrong`} className="text-xs text-fail-ink">
          {whole ? "A whole number." : "A number, such as 2 or 0.5."}
        </p>
      ) : null}
    </>
  );
}

/** One of a few; a value that isn't among them stays and is shown. */
export function ChoiceControl({ id, label, value, options, onChange, disabled }: ControlProps & { value: string | undefined; options: readonly string[]; onChange: (value: string) => void }) {
  return (
    <select id={id} aria-label={label} className="select text-ellipsis" value={value ?? ""} disabled={disabled} onChange={({ target }) => onChange(target.value)}>
      {value === undefined || !options.includes(value) ? <option value={value ?? ""}>{value === undefined || value === "" ? "Choose" : value}</option> : null}
      {options.map((option) => (
        <option key={option} value={option}>
          {option}
        </option>
      ))}
    </select>
  );
}

interface ScalarProps extends ControlProps {
  type: ScalarType;
  value: JsonValue | undefined;
  /** Where the value stands, for JSON. */
  at: string;
  choices: readonly string[] | undefined;
  suggestions: readonly string[] | undefined;
  placeholder: string | undefined;
  onChange: (value: JsonValue | Raw) => void;
  onClear: () => void;
}

const HINTS: Partial<Record<ScalarType, string>> = { timestamp: "2026-01-31T12:00:00Z", blob: "Text" };

export function ScalarControl({ type, value, at, choices, suggestions, placeholder, onChange, onClear, ...control }: ScalarProps) {
  if (type === "json" || (typeof value === "object" && value !== null)) return <JsonField at={at} label={control.label} empty="" hideLabel />;
  switch (type) {
    case "integer":
    case "number":
      return <NumberControl {...control} value={value} whole={type === "integer"} placeholder={placeholder} onChange={(number) => (number === undefined ? onClear() : onChange(number))} />;
    case "boolean":
      return <ChoiceControl {...control} value={typeof value === "boolean" ? String(value) : undefined} options={["true", "false"]} onChange={(text) => onChange(text === "true")} />;
    default: {
      const text = typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
      if (choices !== undefined && !/[{$]/.test(text)) return <ChoiceControl {...control} value={value === undefined ? undefined : text} options={choices} onChange={onChange} />;
      return <TextControl {...control} value={text} onChange={onChange} suggestions={suggestions} placeholder={placeholder ?? HINTS[type]} />;
    }
  }
}
