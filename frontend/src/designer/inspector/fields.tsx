/** Controls tied to the definition. */

import type { ReactNode } from "react";

import type { JsonValue } from "../../asl/document";
import { formatExpression, parseFormat, slotsOf } from "../../asl/format";
import { insertOnEdge } from "../../asl/insert";
import { CheckInput, NumberInput, Segmented, SelectInput, TextInput, type Option } from "../parts/controls";
import { edit } from "../state/store";
import { FieldPreview } from "./preview/FieldPreview";
import { join, put, putNumber, putOneOf, putText, useCanEdit, useNumberText, useStates, useText, useValue } from "./binding";

interface FieldProps {
  at: string;
  label: string;
  placeholder?: string;
  hint?: ReactNode;
}

interface TextFieldProps extends FieldProps {
  mono?: boolean;
  rows?: number;
  suggestions?: readonly string[];
  hideLabel?: boolean;
  /** What the field begins with, for its preview. */
  before?: JsonValue | undefined;
}

export function TextField({ at, label, placeholder, hint, mono = false, rows, suggestions, hideLabel = false, before }: TextFieldProps) {
  const value = useText(at);
  const disabled = !useCanEdit();
  const optional = { ...(placeholder === undefined ? {} : { placeholder }), ...(rows === undefined ? {} : { rows }), ...(suggestions === undefined ? {} : { suggestions }) };
  return (
    <>
      <TextInput label={label} hideLabel={hideLabel} value={value} mono={mono} hint={hint} disabled={disabled} onChange={(text) => putText(at, text)} {...optional} />
      <FieldPreview at={at} written={value} before={before} />
    </>
  );
}

export function NumberField({ at, label, unit, min, max, integer, placeholder, hint }: FieldProps & { unit?: string; min?: number; max?: number; integer?: boolean }) {
  const value = useNumberText(at);
  const disabled = !useCanEdit();
  const optional = {
    ...(unit === undefined ? {} : { unit }),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(integer === undefined ? {} : { integer }),
    ...(placeholder === undefined ? {} : { placeholder }),
  };
  return <NumberInput label={label} value={value} hint={hint} disabled={disabled} onChange={(text) => putNumber(at, text)} {...optional} />;
}

export function SelectField({ at, label, options, fallback = "", hint }: FieldProps & { options: readonly Option[]; fallback?: string }) {
  const value = useText(at);
  const disabled = !useCanEdit();
  return <SelectInput label={label} value={value === "" ? fallback : value} options={options} hint={hint} disabled={disabled} onChange={(next) => put(at, next)} />;
}

export function CheckField({ at, label }: FieldProps) {
  const value = useValue(at);
  const disabled = !useCanEdit();
  return <CheckInput label={label} checked={value === true} disabled={disabled} onChange={(checked) => put(at, checked ? true : undefined)} />;
}

type Mode = "literal" | "template" | "path";
const MODES: { value: Mode; label: string }[] = [
  { value: "literal", label: "Literal" },
  { value: "template", label: "Template" },
  { value: "path", label: "Path" },
];

interface TemplateProps {
  /** The object that holds the field: `Parameters`, `.../messages/0`. */
  holder: string;
  name: string;
  label: string;
  rows?: number;
  placeholder?: string;
}

function modeOf(literal: JsonValue | undefined, expression: string | undefined): Mode {
  if (expression === undefined) return "literal";
  return literal === undefined && parseFormat(expression) !== undefined ? "template" : "path";
}

/**
 * A text of a payload template: itself, a template with values from the input ("Title of {$.name}"), or a
 * path or intrinsic. The second and third are written as `name.$`.
 */
export function TemplateField({ holder, name, label, rows, placeholder }: TemplateProps) {
  const literal = useValue(join(holder, name));
  const expression = useValue(join(holder, `${name}.$`));
  const source = typeof expression === "string" ? expression : undefined;
  const mode = modeOf(literal, source);
  const disabled = !useCanEdit();
  const shown = mode === "literal" ? (typeof literal === "string" ? literal : "") : mode === "template" ? (parseFormat(source ?? "")?.text ?? "") : (source ?? "");
  const write = (next: Mode, text: string): void => {
    const key = next === "literal" ? name : `${name}.$`;
    const value = next === "template" ? formatExpression(text) : text;
    putOneOf(holder, [name, `${name}.$`], key, value, `change ${label.toLowerCase()}`);
  };
  const change = (next: Mode): void => {
    if (next === "path") write("path", mode === "template" ? (source ?? "$") : (slotsOf(shown)[0] ?? "$"));
    else if (next === "template") write("template", mode === "path" && shown.startsWith("$") ? `{${shown}}` : shown);
    else write("literal", shown);
  };
  const slots = mode === "template" ? slotsOf(shown).length : 0;
  const modes = <Segmented label={`${label} is`} small value={mode} segments={MODES} onChange={change} disabled={disabled} />;
  const optional = { ...(rows === undefined || mode === "path" ? {} : { rows }), ...(placeholder === undefined ? {} : { placeholder }) };
  return (
    <div className="flex flex-col gap-1">
      <TextInput label={label} value={shown} mono={mode === "path"} hint={modes} disabled={disabled} onChange={(text) => write(mode, text)} {...optional} />
      {mode !== "template" ? null : (
        <p className="text-2xs text-ink-3">
          {slots === 0 ? "Put a value from the input in braces: {$.name}" : `${String(slots)} ${slots === 1 ? "value" : "values"} from the input`}
        </p>
      )}
      {mode === "literal" ? null : <FieldPreview at={join(holder, `${name}.$`)} />}
    </div>
  );
}

/** Where a path goes: a state of the scope, or a new one made on the way. */
export function TargetField({ at, scope, label, exclude }: { at: string; scope: string; label: string; exclude?: string }) {
  const target = useText(at);
  const names = useStates(scope);
  const disabled = !useCanEdit();
  const options = names.filter((name) => name !== exclude).map((name) => ({ value: name, label: name }));
  const change = (value: string): void => {
    if (value !== NEW_STATE) put(at, value, `lead to ${value}`);
    else edit((document) => ({ ...insertOnEdge(document, [at], { name: "New step", body: { Type: "Pass" } }), select: [] as string[] }));
  };
  return <SelectInput label={label} value={target} options={[...options, { value: NEW_STATE, label: "A new Pass state" }]} disabled={disabled} onChange={change} />;
}

const NEW_STATE = "\u0000new";
