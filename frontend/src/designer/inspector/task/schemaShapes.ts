/** A JSON Schema as shapes, as far as the review contract uses it: what the generated fields need to know of it. */

import type { Member, Shape } from "../../catalogue/shapes";

export interface Schema {
  $ref?: string;
  type?: string | readonly string[];
  const?: unknown;
  enum?: readonly string[];
  description?: string;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  items?: Schema;
  additionalProperties?: boolean | Schema;
  allOf?: readonly Schema[];
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
}

export interface SchemaDocument extends Schema {
  $defs: Readonly<Record<string, Schema>>;
}

/** Each place in the schema by its path, and what lies in it; the whole is "". */
export function shapesOf(document: SchemaDocument): Record<string, Shape> {
  const shapes: Record<string, Shape> = { text: { type: "string" } };
  const visit = (schema: Schema, path: string): string => {
    const own = schema.$ref === undefined ? path : (schema.$ref.split("/").at(-1) ?? path);
    if (own in shapes) return own;
    shapes[own] = { type: "json" }; // while it is being read: a schema may refer to itself
    shapes[own] = shapeOf(schema.$ref === undefined ? schema : (document.$defs[own] ?? {}), own);
    return own;
  };
  const resolved = (schema: Schema): Schema => (schema.$ref === undefined ? schema : (document.$defs[schema.$ref.split("/").at(-1) ?? ""] ?? {}));
  const shapeOf = (schema: Schema, path: string): Shape => {
    if (schema.properties !== undefined) {
      // What an `allOf` says of a member counts where the schema itself only names it.
      const shared = Object.assign({}, ...(schema.allOf ?? []).map((each) => resolved(each).properties ?? {})) as Record<string, Schema>;
      const members = Object.entries(schema.properties).flatMap(([name, member]): Member[] => {
        if (member.const !== undefined) return [];
        const meant = Object.keys(member).length === 0 ? (shared[name] ?? member) : member;
        const doc = meant.description ?? resolved(meant).description;
        return [{ name, shape: visit(meant, `${path}/${name}`), ...(schema.required?.includes(name) === true ? { required: true } : {}), ...(doc === undefined ? {} : { doc }) }];
      });
      return { type: "structure", members };
    }
    const limits = { ...(schema.minItems === undefined ? {} : { min: schema.minItems }), ...(schema.maxItems === undefined ? {} : { max: schema.maxItems }) };
    if (schema.items !== undefined) return { type: "list", member: visit(schema.items, `${path}/item`), ...limits };
    if (typeof schema.additionalProperties === "object") return { type: "map", key: "text", value: visit(schema.additionalProperties, `${path}/value`) };
    return scalarOf(schema);
  };
  visit(document, "");
  return shapes;
}

function scalarOf({ type, enum: choices, minLength, maxLength, minimum, maximum }: Schema): Shape {
  const min = minLength ?? minimum;
  const max = maxLength ?? maximum;
  const limits = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  if (choices !== undefined) return { type: "string", enum: [...choices] };
  switch (type) {
    case "string":
    case "integer":
    case "number":
    case "boolean":
      return { type, ...limits };
    default:
      return { type: "json" };
  }
}
