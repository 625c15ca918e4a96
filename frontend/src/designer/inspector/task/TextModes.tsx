/**
 * A text of a Task in three ways: as it stands, as a template with values from the input ("Title of {$.name}"), or as an
 * expression, in the state's query language.
 */

import { useId, useMemo, useState } from "react";

import { Segmented } from "../../parts/controls";
import { usePlace } from "./context";
import { hasSlots, INPUT, slotsIn, templateExpression, templateText } from "./convert";
import { FieldPreview } from "../preview/FieldPreview";
import { DocTip } from "./DocTip";
import { expressionPointer, type Language, type Place } from "./place";
import { TextControl } from "./scalars";

type Mode = "literal" | "template" | "expression";

const MODES: { value: Mode; label: string }[] = [
  { value: "literal", label: "Text" },
  { value: "template", label: "Template" },
  { value: "expression", label: "Expression" },
];

const SLOT: Record<Language, string> = { JSONPath: "{$.name}", JSONata: "{$states.input.name}" };

interface TextModesProps {
  holder: string;
  name: string;
  language: Language;
  label: string;
  rows?: number;
  placeholder?: string;
  doc?: string;
  /** An empty text takes the field away. */
  optional?: boolean;
  suggestions?: readonly string[] | undefined;
}

export function TextModes({ holder, name, language, label, rows, placeholder, doc = "", optional = false, suggestions }: TextModesProps) {
  const place = useMemo<Place>(() => ({ holder, name, language }), [holder, name, language]);
  const { held, disabled, set, express, remove } = usePlace(place);
  const id = useId();
  const [wanted, setWanted] = useState<Mode | undefined>(undefined);
  const template = held.kind === "expression" ? templateText(held.text, language) : undefined;
  // A template without slots reads as a text, so what the person chose decides.
  const found: Mode = held.kind !== "expression" ? "literal" : template === undefined || (wanted === "expression" && !hasSlots(template, language)) ? "expression" : "template";
  const mode: Mode = wanted === "expression" && held.kind === "expression" ? "expression" : found;
  const text = held.kind === "value" ? (typeof held.value === "string" ? held.value : JSON.stringify(held.value)) : held.kind === "expression" ? (mode === "template" ? (template ?? "") : held.text) : "";
  const what = label.toLowerCase();
  const write = (next: Mode, value: string): void => {
    if (next === "literal" && value === "" && optional) remove(`remove ${what}`);
    else if (next === "literal") set(value, `change ${what}`);
    else express(next === "template" ? templateExpression(value, language) : value, `change ${what}`);
  };
  const change = (next: Mode): void => {
    setWanted(next);
    if (next === "expression") write("expression", held.kind === "expression" ? held.text : text === "" ? INPUT[language] : templateExpression(text, language));
    else if (next === "template") write("template", mode === "expression" ? (template ?? (held.kind === "expression" && held.text.startsWith("$") ? `{${held.text}}` : "")) : text);
    else write("literal", mode === "expression" && template === undefined ? "" : text);
  };
  const slots = mode === "template" ? slotsIn(text, language).length : 0;
  return (
    <div className="flex flex-col gap-1 min-w-0">
      <div className="flex items-center gap-1 flex-wrap min-h-5">
        <label className="lbl" htmlFor={id}>
          {label}
        </label>
        {doc === "" ? null : <DocTip about={label} text={doc} />}
        <span className="flex-1" />
        <Segmented label={`${label} is`} small value={mode} segments={MODES} onChange={change} disabled={disabled} />
      </div>
      <TextControl id={id} label={label} value={text} mono={mode === "expression"} disabled={disabled} placeholder={placeholder} rows={rows} suggestions={suggestions} onChange={(value) => write(mode, value)} />
      {mode === "literal" ? null : <FieldPreview at={expressionPointer(place)} />}
      {mode === "template" ? (
        <p className="text-2xs text-ink-3">{slots === 0 ? `Put a value from the input in braces: ${SLOT[language]}` : `${String(slots)} ${slots === 1 ? "value" : "values"} from the input`}</p>
      ) : mode === "literal" && hasSlots(text, language) ? (
        <p className="text-2xs text-ink-3">The braces are sent as they stand. Choose Template to put values in their place.</p>
      ) : null}
    </div>
  );
}
