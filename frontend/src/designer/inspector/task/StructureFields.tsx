/** The fields of a structure: those it must have, those it has, what no shape knows, and a way to add the others. */

import { useMemo, useState } from "react";

import { removeValue } from "../../../asl/fields";
import { join } from "../../../asl/pointer";
import { membersOf, type Member, type Shape } from "../../catalogue/shapes";
import { useDocument } from "../../state/later";
import { edit } from "../../state/store";
import { useCanEdit } from "../binding";
import { JsonField } from "../JsonField";
import { AddField } from "./AddField";
import { useForm } from "./context";
import { namesAt, pointerOf, setLiteral, type Place } from "./place";
import { ShapeField, startOf } from "./ShapeField";

interface StructureProps {
  shape: Shape;
  at: string;
  depth: number;
  /** Members that another form shows. */
  without?: readonly string[];
}

export function StructureFields({ shape, at, depth, without = [] }: StructureProps) {
  const { action, language } = useForm();
  const document = useDocument();
  const disabled = !useCanEdit();
  const [opened, setOpened] = useState<{ at: string; names: readonly string[] }>({ at, names: [] });
  const names = useMemo(() => namesAt(document, at, language), [document, at, language]);
  const added = opened.at === at ? opened.names : [];
  const members = membersOf(shape).filter(({ name }) => !without.includes(name));
  const shown = members.filter(({ name, required }) => required === true || names.includes(name) || added.includes(name));
  const others = names.filter((name) => !without.includes(name) && !members.some((member) => member.name === name));
  const placeOf = (name: string): Place => ({ holder: at, name, language });
  const add = (member: Member): void => {
    const start = startOf(action.shapes[member.shape]);
    if (start !== undefined) edit((current) => setLiteral(current, placeOf(member.name), start, `add ${member.name}`));
    setOpened({ at, names: [...added, member.name] });
  };
  const remove = (name: string): void => {
    if (names.includes(name)) edit((current) => removeValue(current, pointerOf(current, placeOf(name)), `remove ${name}`));
    setOpened({ at, names: added.filter((each) => each !== name) });
  };
  return (
    <div className="flex flex-col gap-3 min-w-0">
      {shown.map((member) => (
        <ShapeField key={member.name} member={member} place={placeOf(member.name)} depth={depth} onEmpty={() => setOpened({ at, names: [...added, member.name] })} focus={added.at(-1) === member.name} onRemove={member.required === true && !names.includes(member.name) ? undefined : () => remove(member.name)} />
      ))}
      {others.map((name) => (
        <div key={name} className="flex flex-col gap-1">
          <JsonField at={pointerOf(document, placeOf(name))} label={name} hint={action.input === null ? "" : "This action doesn't know it"} />
        </div>
      ))}
      {disabled ? null : <AddField members={members.filter((member) => !shown.includes(member))} onAdd={add} />}
      {members.length === 0 && others.length === 0 ? <p className="text-xs text-ink-3">Nothing to set here.</p> : null}
    </div>
  );
}

export const parametersAt = (pointer: string, language: "JSONPath" | "JSONata"): string => join(pointer, language === "JSONata" ? "Arguments" : "Parameters");
