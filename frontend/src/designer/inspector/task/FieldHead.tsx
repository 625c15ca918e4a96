/** The line over a field: its name, whether it's required, what it means, value or expression, and a way to be rid of it. */

import { X } from "lucide-react";
import type { ReactNode } from "react";

import { DocTip } from "./DocTip";

interface HeadProps {
  name: string;
  /** The control that the name labels, where there is one. */
  htmlFor?: string | undefined;
  required?: boolean | undefined;
  doc?: string | undefined;
  /** Undefined where there is no choice. */
  expression?: boolean | undefined;
  onToggle?: (() => void) | undefined;
  onRemove?: (() => void) | undefined;
  disabled: boolean;
  children?: ReactNode;
}

export function FieldHead({ name, htmlFor, required = false, doc = "", expression, onToggle, onRemove, disabled, children }: HeadProps) {
  return (
    <div className="flex items-center gap-1 min-h-5">
      <label className="lbl truncate" htmlFor={htmlFor} title={name}>
        {name}
      </label>
      {required ? <span className="text-2xs text-ink-2">required</span> : null}
      {doc === "" ? null : <DocTip about={name} text={doc} />}
      <span className="flex-1" />
      {children}
      {onToggle === undefined ? null : (
        <button
          type="button"
          disabled={disabled}
          aria-pressed={expression}
          aria-label={`fx: ${name} is an expression`}
          title={expression ? "Write a value instead" : "Take it from an expression instead"}
          className="font-mono text-2xs px-1.5 h-5 rounded border border-transparent text-ink-2 hover:bg-hover aria-pressed:border-control aria-pressed:bg-secondary aria-pressed:text-base-content disabled:opacity-60"
          onClick={onToggle}
        >
          fx
        </button>
      )}
      {onRemove === undefined ? null : (
        <button type="button" disabled={disabled} aria-label={`Remove ${name}`} title={`Remove ${name}`} className="size-5 grid place-items-center rounded text-ink-3 hover:bg-hover hover:text-base-content disabled:opacity-60" onClick={onRemove}>
          <X size={13} aria-hidden />
        </button>
      )}
    </div>
  );
}
