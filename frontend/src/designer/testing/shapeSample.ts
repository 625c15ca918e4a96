/** A plausible value of a service's shape: what a call might answer, to begin a mock with. Data in, data out. */

import type { ActionShapes, ScalarType, Shape } from "../catalogue/shapes";

const DEEPEST = 5;
const MOST = 24; // members of one structure

/** JSON text of what the action answers; undefined where its shape isn't known. */
export function answerOf({ output, shapes }: Pick<ActionShapes, "output" | "shapes">): string | undefined {
  if (output === null || shapes[output] === undefined) return undefined;
  return JSON.stringify(valueOf(output, shapes, 0, []) ?? {}, null, 2);
}

function valueOf(name: string, shapes: Readonly<Record<string, Shape>>, depth: number, around: readonly string[]): unknown {
  const shape = shapes[name];
  if (shape === undefined || depth > DEEPEST || around.includes(name)) return undefined;
  const inner = (other: string): unknown => valueOf(other, shapes, depth + 1, [...around, name]);
  switch (shape.type) {
    case "structure": {
      const members = shape.union === true ? shape.members.slice(0, 1) : shape.members.slice(0, MOST);
      const known = members.map((member) => [member.name, inner(member.shape)] as const).filter(([, value]) => value !== undefined);
      return Object.fromEntries(known);
    }
    case "list": {
      const item = inner(shape.member);
      return item === undefined ? [] : [item];
    }
    case "map": {
      const value = inner(shape.value);
      return value === undefined ? {} : { key: value };
    }
    default:
      return scalar(shape);
  }
}

function scalar(shape: Extract<Shape, { type: ScalarType }>): unknown {
  if (shape.enum?.[0] !== undefined) return shape.enum[0];
  switch (shape.type) {
    case "integer":
      return Math.max(1, Math.ceil(shape.min ?? 1));
    case "number":
      return Math.max(0.5, shape.min ?? 0.5);
    case "boolean":
      return true;
    case "timestamp":
      return "2026-01-31T09:00:00Z";
    case "blob":
      return "dGV4dA==";
    case "json":
      return {};
    default:
      return "text".padEnd(shape.min ?? 0, "-");
  }
}
