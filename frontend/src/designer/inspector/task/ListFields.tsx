/** The items of a list, each with its own field. */

import { ArrowDown, ArrowUp, Plus } from "lucide-react";

import { nodeAt } from "../../../asl/document";
import { edited } from "../../../asl/edit";
import { moveItem, removeValue, setValue } from "../../../asl/fields";
import { join, lastToken } from "../../../asl/pointer";
import { insertMember } from "../../../asl/textEdits";
import type { Shape } from "../../catalogue/shapes";
import { edit } from "../../state/store";
import { useCanEdit } from "../binding";
import { useForm } from "./context";
import { ShapeField, startOf } from "./ShapeField";

type ListShape = Extract<Shape, { type: "list" }>;

export function ListFields({ shape, at, count, depth }: { shape: ListShape; at: string; count: number; depth: number }) {
  const { action, language } = useForm();
  const disabled = !useCanEdit();
  const what = lastToken(at);
  const item = action.shapes[shape.member];
  const append = (): void => {
    const value = startOf(item) ?? (item?.type === "integer" || item?.type === "number" ? 0 : "");
    edit((document) => {
      const list = nodeAt(document, at);
      if (list === undefined) return setValue(document, at, [value], `add an item to ${what}`);
      return edited(document, `add an item to ${what}`, [insertMember(document, list, undefined, value)]);
    });
  };
  return (
    <div className="flex flex-col gap-2 min-w-0">
      {Array.from({ length: count }, (_, index) => (
        <ShapeField
          key={index}
          member={{ name: `${what} ${String(index + 1)}`, shape: shape.member }}
          place={{ holder: at, name: String(index), language, item: true }}
          depth={depth}
          onRemove={() => edit((document) => removeValue(document, join(at, index), `remove item ${String(index + 1)} of ${what}`))}
          buttons={
            count < 2 ? null : (
              <>
                <Move up disabled={disabled || index === 0} index={index} at={at} />
                <Move disabled={disabled || index === count - 1} index={index} at={at} />
              </>
            )
          }
        />
      ))}
      {disabled ? null : (
        <button type="button" className="self-start flex items-center gap-1 text-xs text-ink-2 hover:text-base-content rounded px-1 h-6 hover:bg-hover" onClick={append}>
          <Plus size={13} aria-hidden /> Add an item
        </button>
      )}
    </div>
  );
}

function Move({ up = false, disabled, index, at }: { up?: boolean; disabled: boolean; index: number; at: string }) {
  const Icon = up ? ArrowUp : ArrowDown;
  const to = up ? index - 1 : index + 1;
  return (
    <button
      type="button"
      disabled={disabled}
      aria-label={`Move item ${String(index + 1)} ${up ? "up" : "down"}`}
      className="size-5 grid place-items-center rounded text-ink-3 hover:bg-hover disabled:opacity-40"
      onClick={() => edit((document) => moveItem(document, at, index, to, `move an item of ${lastToken(at)}`))}
    >
      <Icon size={12} aria-hidden />
    </button>
  );
}
