/** Configure a Task: how it's called, and a form for the services that have one; JSON for the rest. */

import { child } from "../../asl/document";
import { queryLanguageOf, machineOf, type State } from "../../asl/machine";
import { actionWords, parseResource, serviceTitle } from "../../graph";
import { Labelled, Segmented, SelectInput } from "../parts/controls";
import { useDesigner } from "../state/store";
import { BedrockForm } from "./BedrockForm";
import { join, put, putOneOf, useCanEdit, useText, useValue } from "./binding";
import { PairsField, SelectField, TemplateField, TextField } from "./fields";
import { JsonField } from "./JsonField";
import { useConnections } from "./remote";
import { callOf, hasPatterns, withPattern, type Pattern } from "./resource";
import { ReviewForm, reviewPlace } from "./ReviewForm";

const PATTERNS: { value: Pattern; label: string }[] = [
  { value: "", label: "Request and response" },
  { value: "sync", label: "Run a job" },
  { value: "waitForTaskToken", label: "Callback" },
];

export function TaskForm({ state }: { state: State }) {
  const document = useDesigner((current) => current.good);
  const resource = useText(join(state.pointer, "Resource"));
  const parameters = useValue(join(state.pointer, "Parameters"));
  const language = queryLanguageOf(machineOf(document), state);
  const { service, action } = parseResource(resource);
  const review = reviewPlace(parameters);
  if (language === "JSONata")
    return (
      <>
        <ResourceFields state={state} resource={resource} />
        <JsonField at={join(state.pointer, "Arguments")} label="Arguments" empty="{}" />
      </>
    );
  if (review !== undefined) return <ReviewForm state={state} place={review} />;
  if (service === "bedrock" && action === "invokeModel")
    return (
      <>
        <BedrockForm state={state} />
        <ResourceFields state={state} resource={resource} quiet />
      </>
    );
  return (
    <>
      <ResourceFields state={state} resource={resource} />
      {service === "http" ? <HttpForm state={state} /> : <ParametersForm state={state} />}
    </>
  );
}

function ResourceFields({ state, resource, quiet = false }: { state: State; resource: string; quiet?: boolean }) {
  const type = useDesigner((current) => current.boot.machine.type);
  const disabled = !useCanEdit();
  const optimized = useDesigner((current) => current.boot.optimized);
  const call = callOf(resource, type, optimized);
  const why = call.refusals.sync !== undefined && call.refusals.waitForTaskToken !== undefined ? call.refusals.sync : "";
  return (
    <>
      {quiet ? null : <TextField at={join(state.pointer, "Resource")} label="Resource" mono placeholder="arn:aws:states:::..." />}
      {!hasPatterns(resource) ? null : (
        <Labelled label="Call" hint={<span className="text-xs text-ink-3">{why}</span>}>
          {(id) => (
            <div id={id}>
              <Segmented
                label="Call"
                value={call.pattern}
                segments={PATTERNS.map((pattern) => ({ ...pattern, refusal: call.refusals[pattern.value] }))}
                onChange={(next) => put(join(state.pointer, "Resource"), withPattern(call, next), "change how the task is called")}
                disabled={disabled}
              />
            </div>
          )}
        </Labelled>
      )}
    </>
  );
}

/** The top-level texts of Parameters as fields, then all of it as JSON. */
function ParametersForm({ state }: { state: State }) {
  const at = join(state.pointer, "Parameters");
  const value = useValue(at);
  const texts =
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.entries(value).filter(([, item]) => typeof item === "string").slice(0, 8)
      : [];
  return (
    <>
      {texts.map(([key]) => {
        const name = key.replace(/\.\$$/, "");
        return <TemplateField key={name} holder={at} name={name} label={name} />;
      })}
      <JsonField at={at} label="Parameters" empty="{}" objectOnly hint="Names ending in .$ take a path" />
    </>
  );
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"].map((value) => ({ value, label: value }));
const HEADERS = ["Content-Type", "Accept", "Accept-Language", "Idempotency-Key", "User-Agent"];
const FORMATS = ["INDICES", "REPEAT", "COMMAS", "BRACKETS", "NONE"].map((value) => ({ value, label: value.toLowerCase() }));

function HttpForm({ state }: { state: State }) {
  const at = join(state.pointer, "Parameters");
  const encoding = useText(join(at, "Transform", "RequestBodyEncoding"));
  const disabled = !useCanEdit();
  const encode = (next: "JSON" | "URL_ENCODED"): void => {
    put(join(at, "Transform"), next === "JSON" ? undefined : { RequestBodyEncoding: "URL_ENCODED", RequestEncodingOptions: { ArrayFormat: "INDICES" } }, "change the body's encoding");
  };
  return (
    <>
      <div className="grid grid-cols-[6.5rem_1fr] gap-3 items-start">
        <SelectField at={join(at, "Method")} label="Method" options={METHODS} />
        <TemplateField holder={at} name="ApiEndpoint" label="Endpoint" placeholder="https://" />
      </div>
      <ConnectionField at={at} />
      <PairsField at={join(at, "Headers")} label="Headers" names={HEADERS} />
      <PairsField at={join(at, "QueryParameters")} label="Query parameters" />
      <Segmented
        label="Body is sent as"
        value={encoding === "URL_ENCODED" ? "URL_ENCODED" : "JSON"}
        segments={[
          { value: "JSON", label: "JSON" },
          { value: "URL_ENCODED", label: "URL-encoded form" },
        ]}
        onChange={encode}
        disabled={disabled}
      />
      {encoding === "URL_ENCODED" ? <SelectField at={join(at, "Transform", "RequestEncodingOptions", "ArrayFormat")} label="Arrays as" options={FORMATS} /> : null}
      <RequestBodyField at={at} />
    </>
  );
}

/** RequestBody is an object (a payload template), or `RequestBody.$` a path to it. */
function RequestBodyField({ at }: { at: string }) {
  const path = useValue(join(at, "RequestBody.$"));
  const disabled = !useCanEdit();
  const change = (next: "template" | "path"): void => {
    if (next === "path") putOneOf(at, ["RequestBody", "RequestBody.$"], "RequestBody.$", "$", "take the body from the input");
    else putOneOf(at, ["RequestBody", "RequestBody.$"], "RequestBody", {}, "write the body here");
  };
  return (
    <>
      <Segmented
        label="Body"
        value={path === undefined ? "template" : "path"}
        segments={[
          { value: "template", label: "Body written here" },
          { value: "path", label: "From the input" },
        ]}
        onChange={change}
        disabled={disabled}
      />
      {path === undefined ? (
        <JsonField at={join(at, "RequestBody")} label="Request body" empty="" hint="Names ending in .$ take a path" />
      ) : (
        <TextField at={join(at, "RequestBody.$")} label="Request body" mono />
      )}
    </>
  );
}

/** EventBridge connections hold the credentials; the definition only names one. */
function ConnectionField({ at }: { at: string }) {
  const connections = useConnections();
  const arnAt = join(at, "Authentication", "ConnectionArn");
  const arn = useText(arnAt);
  const disabled = !useCanEdit();
  if (connections.length === 0) return <TextField at={arnAt} label="Connection" mono placeholder="arn:aws:events:...:connection/..." />;
  const options = connections.map((connection) => ({ value: connection.arn, label: `${connection.name} (${connection.authorization_type.toLowerCase().replace("_", " ")})` }));
  return <SelectInput label="Connection" value={arn} options={options} disabled={disabled} onChange={(next) => put(arnAt, next, "choose the connection")} />;
}

/** "Bedrock: invoke model", for the inspector's heading. */
export function taskWords(state: State): string {
  const resource = String(child(state.node, "Resource")?.value ?? "");
  const { service, action } = parseResource(resource);
  if (service === "") return resource === "" ? "Task without a resource" : resource;
  return action === "" ? serviceTitle(service) : `${serviceTitle(service)}: ${actionWords(action)}`;
}

