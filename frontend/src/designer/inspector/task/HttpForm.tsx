/** http:invoke: an https endpoint, called with the credentials of an EventBridge connection. */

import { useMemo } from "react";

import { nodeAt } from "../../../asl/document";
import { setValue, switchField } from "../../../asl/fields";
import { join } from "../../../asl/pointer";
import { Segmented, SelectInput } from "../../parts/controls";
import { useDocument } from "../../state/later";
import { edit } from "../../state/store";
import { put, useCanEdit, useText, useValue } from "../binding";
import { SelectField } from "../fields";
import { JsonField } from "../JsonField";
import { useConnections } from "../remote";
import { expressionIn, heldAt, type Language, type Place } from "./place";
import { NamedTexts } from "./NamedTexts";
import { TextModes } from "./TextModes";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"].map((value) => ({ value, label: value }));
const HEADERS = ["Content-Type", "Accept", "Accept-Language", "Idempotency-Key", "User-Agent"];
const FORMATS = [
  { value: "INDICES", label: "a[0]=1&a[1]=2 (indices)" },
  { value: "REPEAT", label: "a=1&a=2 (repeat)" },
  { value: "COMMAS", label: "a=1,2 (commas)" },
  { value: "BRACKETS", label: "a[]=1&a[]=2 (brackets)" },
];

export function HttpForm({ at, language }: { at: string; language: Language }) {
  const method = useText(join(at, "Method"));
  return (
    <>
      <div className="grid grid-cols-[6.5rem_1fr] gap-3 items-end">
        <SelectField at={join(at, "Method")} label="Method" options={METHODS} />
        <TextModes holder={at} name="ApiEndpoint" language={language} label="Endpoint" placeholder="https://" />
      </div>
      <ConnectionField at={at} language={language} />
      <NamedTexts at={join(at, "Headers")} label="Headers" names={HEADERS} language={language} />
      <NamedTexts at={join(at, "QueryParameters")} label="Query parameters" language={language} />
      <BodyFields at={at} language={language} method={method} />
    </>
  );
}

function BodyFields({ at, language, method }: { at: string; language: Language; method: string }) {
  const document = useDocument();
  const place = useMemo<Place>(() => ({ holder: at, name: "RequestBody", language }), [at, language]);
  const held = heldAt(document, place);
  const encoding = useText(join(at, "Transform", "RequestBodyEncoding"));
  const disabled = !useCanEdit();
  const form = encoding === "URL_ENCODED";
  const encode = (next: "JSON" | "URL_ENCODED"): void => {
    put(join(at, "Transform"), next === "JSON" ? undefined : { RequestBodyEncoding: "URL_ENCODED", RequestEncodingOptions: { ArrayFormat: "INDICES" } }, "change the body's encoding");
  };
  const change = (next: "here" | "expression"): void => {
    const label = next === "here" ? "write the body here" : "take the body from the input";
    const [key, value] = next === "here" ? ["RequestBody", {}] : language === "JSONata" ? ["RequestBody", "{% $states.input %}"] : ["RequestBody.$", "$"];
    edit((current) => (nodeAt(current, at) === undefined ? setValue(current, join(at, key), value, label) : switchField(current, at, ["RequestBody", "RequestBody.$"], key, value, label)));
  };
  if (method === "GET" && held.kind === "absent")
    return (
      <button type="button" disabled={disabled} className="self-start text-xs text-ink-2 hover:text-base-content rounded px-1 h-6 hover:bg-hover" onClick={() => change("here")}>
        Add: a body
      </button>
    );
  return (
    <>
      <div className="flex flex-wrap gap-2">
        <Segmented label="Body" value={held.kind === "expression" ? "expression" : "here"} segments={[{ value: "here", label: "Body written here" }, { value: "expression", label: "From the input" }]} onChange={change} disabled={disabled} />
        <Segmented label="Body is sent as" value={form ? "URL_ENCODED" : "JSON"} segments={[{ value: "JSON", label: "JSON" }, { value: "URL_ENCODED", label: "Form" }]} onChange={encode} disabled={disabled} />
      </div>
      {form ? <SelectField at={join(at, "Transform", "RequestEncodingOptions", "ArrayFormat")} label="Arrays in the form" options={FORMATS} fallback="INDICES" /> : null}
      {held.kind === "expression" ? (
        <TextModes holder={at} name="RequestBody" language={language} label="Request body" />
      ) : (
        <JsonField at={join(at, "RequestBody")} label="Request body" empty="" hint={language === "JSONata" ? "Texts in {% %} are expressions" : "Names ending in .$ take a path"} />
      )}
    </>
  );
}

/** EventBridge connections hold the credentials; the definition only names one. */
function ConnectionField({ at, language }: { at: string; language: Language }) {
  const connections = useConnections();
  const holder = useText(join(at, "InvocationConfig", "ConnectionArn")) === "" ? join(at, "Authentication") : join(at, "InvocationConfig");
  const arn = useText(join(holder, "ConnectionArn"));
  const byPath = useValue(join(holder, "ConnectionArn.$")) !== undefined || expressionIn(arn) !== undefined;
  const disabled = !useCanEdit();
  const words = "An EventBridge connection keeps the credentials (basic, API key or OAuth) in Secrets Manager. The definition only has its ARN.";
  if (connections.length === 0 || byPath) return <TextModes holder={holder} name="ConnectionArn" language={language} label="Connection" placeholder="arn:aws:events:...:connection/..." doc={words} />;
  const options = connections.map((connection) => ({ value: connection.arn, label: `${connection.name} (${connection.authorization_type.toLowerCase().replaceAll("_", " ")})` }));
  return (
    <div className="flex flex-col gap-1">
      <SelectInput label="Connection" value={arn} options={options} disabled={disabled} onChange={(next) => put(join(holder, "ConnectionArn"), next, "choose the connection")} />
      <p className="text-2xs text-ink-3">{words}</p>
    </div>
  );
}
