/** One parameter: its head, and the control that its shape asks for; structures, lists and maps hold further ones. */

import { ChevronRight } from "lucide-react";
import { useEffect, useId, useMemo, useState, type ReactNode } from "react";

import type { JsonValue } from "../../../asl/document";
import { join } from "../../../asl/pointer";
import { useShape, type Member, type Shape } from "../../catalogue/shapes";
import { SkeletonLine } from "./SkeletonLine";
import { useForm, usePlace } from "./context";
import { expressionOf, valueOfExpression } from "./convert";
import { FieldPreview } from "../preview/FieldPreview";
import { FieldHead } from "./FieldHead";
import { ListFields } from "./ListFields";
import { MapFields } from "./MapFields";
import { useSuggestions } from "./listings";
import { canBeExpression, expressionPointer, type Place } from "./place";
import { ExpressionControl, ScalarControl } from "./scalars";
import { StructureFields } from "./StructureFields";
import { isChoiceOfMembers, UnionFields } from "./UnionFields";

interface FieldProps {
  member: Member;
  place: Place;
  /** How deep it is nested; what is deep begins folded. */
  depth: number;
  /** Absent where it can't be removed. */
  onRemove?: (() => void) | undefined;
  /** The value is emptied, but its field stays. */
  onEmpty?: (() => void) | undefined;
  /** The keyboard goes into it when it appears. */
  focus?: boolean;
  /** Within a list or a choice of members the name is said elsewhere. */
  bare?: boolean;
  /** More buttons for its head. */
  buttons?: ReactNode;
  /** Said instead of its name. */
  label?: string;
}

/** What a new value of the shape begins as; undefined where only the person knows. */
export function startOf(shape: Shape | undefined): JsonValue | undefined {
  switch (shape?.type) {
    case "structure":
    case "map":
      return {};
    case "list":
      return [];
    case "string":
      return shape.enum === undefined ? "" : undefined;
    case "boolean":
      return false;
    default:
      return undefined;
  }
}

export function ShapeField(props: FieldProps) {
  const { url, action } = useForm();
  const shape = useShape(url, action, props.member.shape);
  if (shape === undefined) return <SkeletonLine label={props.member.name} />;
  return <KnownField {...props} shape={shape} />;
}

function KnownField({ member, place: { holder, name, language, item }, shape, depth, onRemove, onEmpty, focus = false, bare = false, buttons, label: called = member.name }: FieldProps & { shape: Shape }) {
  const place = useMemo<Place>(() => ({ holder, name, language, ...(item === undefined ? {} : { item }) }), [holder, name, language, item]);
  const { held, disabled, set, express, remove } = usePlace(place);
  const id = useId();
  const suggestions = useSuggestions(member.name);
  useEffect(() => {
    if (focus) document.getElementById(id)?.focus();
  }, [focus, id]);
  const expression = held.kind === "expression";
  const toggle = (): void => {
    if (held.kind !== "expression") express(expressionOf(held.kind === "value" ? held.value : undefined, language), `make ${member.name} an expression`);
    else set(fitting(valueOfExpression(held.text, language), shape) ?? startOf(shape) ?? "", `make ${member.name} a value`);
  };
  const head = {
    name: called,
    required: member.required,
    doc: [member.doc ?? "", limitsOf(shape)].filter(Boolean).join("\n"),
    expression,
    onToggle: canBeExpression(place) ? toggle : undefined,
    onRemove,
    disabled,
    children: buttons,
  };
  const at = join(holder, name);
  const nested = nestedFields(shape, held.kind === "value" ? held.value : undefined, at, depth);
  if (!expression && nested !== undefined) {
    return (
      <Foldable head={head} depth={depth} bare={bare} focusId={id} open={focus || member.required === true}>
        {nested}
      </Foldable>
    );
  }
  const value = held.kind === "value" ? held.value : undefined;
  const label = bare ? `${called} (${typeWords(shape)})` : called;
  return (
    <div className="flex flex-col gap-1 min-w-0">
      {bare && onRemove === undefined ? null : <FieldHead {...head} htmlFor={id} />}
      {expression ? (
        <>
          <ExpressionControl id={id} label={label} text={held.text} onChange={(text) => express(text)} disabled={disabled} language={language} />
          <FieldPreview at={expressionPointer(place)} />
        </>
      ) : (
        <ScalarControl
          id={id}
          label={label}
          disabled={disabled}
          type={scalarType(shape)}
          value={value}
          at={at}
          choices={"enum" in shape ? shape.enum : undefined}
          suggestions={suggestions}
          placeholder={member.required === true && value === undefined ? "Required" : undefined}
          onChange={(next) => set(next)}
          onClear={() => (item === true ? undefined : (onEmpty?.(), remove(`empty ${member.name}`)))}
        />
      )}
    </div>
  );
}

const scalarType = (shape: Shape) => (shape.type === "structure" || shape.type === "list" || shape.type === "map" ? "json" : shape.type);

/** Fields for what the value holds; undefined where the value isn't of that kind, and is shown as JSON. */
function nestedFields(shape: Shape, value: JsonValue | undefined, at: string, depth: number): ReactNode {
  const object = value === undefined || (typeof value === "object" && value !== null && !Array.isArray(value));
  if (shape.type === "structure" && object) return isChoiceOfMembers(shape) ? <UnionFields shape={shape} at={at} depth={depth + 1} /> : <StructureFields shape={shape} at={at} depth={depth + 1} />;
  if (shape.type === "map" && object) return <MapFields shape={shape} at={at} depth={depth + 1} />;
  if (shape.type === "list" && (value === undefined || Array.isArray(value))) return <ListFields shape={shape} at={at} count={Array.isArray(value) ? value.length : 0} depth={depth + 1} />;
  return undefined;
}

/** A value that an expression stood for, where the shape can hold it. */
function fitting(value: JsonValue | undefined, shape: Shape): JsonValue | undefined {
  const kind = Array.isArray(value) ? "list" : value === null ? "null" : typeof value;
  const wanted: Record<Shape["type"], readonly string[]> = {
    structure: ["object"], map: ["object"], list: ["list"], boolean: ["boolean"], integer: ["number"], number: ["number"],
    string: ["string"], timestamp: ["string"], blob: ["string"], json: ["object", "list", "string", "number", "boolean"],
  };
  return wanted[shape.type].includes(kind) ? value : undefined;
}

export function typeWords(shape: Shape): string {
  return { structure: "fields", map: "names and values", list: "list", boolean: "true or false", integer: "whole number", number: "number", string: "text", timestamp: "time", blob: "bytes as text", json: "JSON" }[shape.type];
}

function limitsOf(shape: Shape): string {
  if (shape.type === "structure") return "";
  const { min, max } = shape;
  const what = shape.type === "list" || shape.type === "map" ? "items" : shape.type === "string" ? "characters" : "";
  const range = min !== undefined && max !== undefined ? `${String(min)} to ${String(max)}` : max !== undefined ? `at most ${String(max)}` : min !== undefined ? `at least ${String(min)}` : "";
  const pattern = "pattern" in shape && shape.pattern !== undefined ? `pattern ${shape.pattern}` : "";
  return [`${typeWords(shape)}${range === "" ? "" : `, ${range} ${what}`.trimEnd()}`, pattern].filter(Boolean).join(", ");
}

interface FoldableProps {
  head: Parameters<typeof FieldHead>[0];
  depth: number;
  bare: boolean;
  focusId: string;
  open: boolean;
  children: ReactNode;
}

function Foldable({ head, depth, bare, focusId, open: begins, children }: FoldableProps) {
  const [open, setOpen] = useState(depth < 2 || begins);
  if (bare) return <div className="min-w-0">{children}</div>;
  return (
    <div role="group" aria-label={head.name} className="min-w-0">
      <div className="flex items-center gap-0.5">
        <button id={focusId} type="button" aria-expanded={open} aria-label={`${open ? "Fold" : "Unfold"} ${head.name}`} className="size-5 -ml-1 grid place-items-center rounded text-ink-3 hover:bg-hover flex-none" onClick={() => setOpen(!open)}>
          <ChevronRight size={14} aria-hidden className={`transition-transform ${open ? "rotate-90" : ""}`} />
        </button>
        <div className="flex-1 min-w-0">
          <FieldHead {...head} />
        </div>
      </div>
      {open ? <div className="border-l border-base-300 ml-1.5 pl-3 mt-1">{children}</div> : null}
    </div>
  );
}
