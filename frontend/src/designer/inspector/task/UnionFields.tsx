/** A structure of which one member is set: a choice of the kind, then its value. DynamoDB's attribute values are such. */

import { useMemo } from "react";

import { switchField } from "../../../asl/fields";
import { lastToken } from "../../../asl/pointer";
import type { Shape } from "../../catalogue/shapes";
import { membersOf } from "../../catalogue/shapes";
import { useDocument } from "../../state/later";
import { edit } from "../../state/store";
import { useCanEdit } from "../binding";
import { useForm } from "./context";
import { heldAt, namesAt, setLiteral, type Place } from "./place";
import { ShapeField, startOf } from "./ShapeField";
import { StructureFields } from "./StructureFields";

type StructureShape = Extract<Shape, { type: "structure" }>;

const ATTRIBUTE_KINDS: Record<string, string> = {
  s: "Text (S)", n: "Number (N)", b: "Bytes (B)", bool: "True or false (BOOL)", null: "Nothing (NULL)", nul: "Nothing (NULL)",
  m: "Map (M)", l: "List (L)", ss: "Set of texts (SS)", ns: "Set of numbers (NS)", bs: "Set of bytes (BS)",
};

const isAttribute = ({ members }: StructureShape): boolean => {
  const names = new Set(members.map(({ name }) => name.toLowerCase()));
  return ["s", "n", "m", "l", "ss", "bool"].every((name) => names.has(name));
};

export const isChoiceOfMembers = (shape: StructureShape): boolean => shape.union === true || isAttribute(shape);

export function UnionFields({ shape, at, depth }: { shape: StructureShape; at: string; depth: number }) {
  const { action, language } = useForm();
  const document = useDocument();
  const disabled = !useCanEdit();
  const names = useMemo(() => namesAt(document, at, language), [document, at, language]);
  const members = membersOf(shape);
  const current = members.find(({ name }) => names.includes(name));
  // More than one, or a name that no shape knows: nothing here may hide it.
  if (names.length > 1 || (names.length === 1 && current === undefined)) return <StructureFields shape={{ ...shape, union: false }} at={at} depth={depth} />;
  const placeOf = (name: string): Place => ({ holder: at, name, language });
  const choose = (name: string): void => {
    const member = members.find((each) => each.name === name);
    if (member === undefined) return;
    const label = `make ${lastToken(at)} ${name}`;
    edit((now) => {
      const to = placeOf(name);
      if (current === undefined) return setLiteral(now, to, beginning(action.shapes[member.shape]), label);
      const held = heldAt(now, placeOf(current.name));
      const all = members.flatMap((each) => [each.name, `${each.name}.$`]);
      if (held.kind === "expression") return language === "JSONata" ? switchField(now, at, all, name, `{% ${held.text} %}`, label) : switchField(now, at, all, `${name}.$`, held.text, label);
      const keeps = held.kind === "value" && typeof held.value === "string" && action.shapes[member.shape]?.type === "string";
      return switchField(now, at, all, name, keeps ? held.value : beginning(action.shapes[member.shape]), label);
    });
  };
  const words = (name: string): string => (isAttribute(shape) ? (ATTRIBUTE_KINDS[name.toLowerCase()] ?? name) : name);
  return (
    <div className="flex flex-col gap-1.5 min-w-0">
      <select className="select select-sm !h-7 text-xs" aria-label={`Kind of ${lastToken(at)}`} disabled={disabled} value={current?.name ?? ""} onChange={({ target }) => choose(target.value)}>
        {current === undefined ? <option value="">Choose the kind</option> : null}
        {members.map(({ name }) => (
          <option key={name} value={name}>
            {words(name)}
          </option>
        ))}
      </select>
      {current === undefined ? null : <ShapeField member={{ ...current, required: false }} place={placeOf(current.name)} depth={depth} />}
    </div>
  );
}

const beginning = (shape: Shape | undefined) => startOf(shape) ?? (shape?.type === "boolean" ? false : "");
