/** Configure a Task: how it's called, and its parameters as a form made from the action's own shapes, or as JSON. */

import { useMemo, useState } from "react";

import { machineOf, queryLanguageOf, type State } from "../../../asl/machine";
import { join } from "../../../asl/pointer";
import { parseResource } from "../../../graph";
import { useActionShapes } from "../../catalogue/shapes";
import { Segmented } from "../../parts/controls";
import { useDocument } from "../../state/later";
import { useDesigner } from "../../state/store";
import { put, useCanEdit, useText, useValue } from "../binding";
import { JsonField } from "../JsonField";
import { BedrockForm } from "./BedrockForm";
import { CallFields } from "./CallFields";
import { TaskFormContext } from "./context";
import { DocTip } from "./DocTip";
import { HttpForm } from "./HttpForm";
import { expressionIn, type Language } from "./place";
import { ReviewForm } from "./ReviewForm";
import { reviewPlace } from "./reviews";
import { SkeletonLine } from "./SkeletonLine";
import { StructureFields } from "./StructureFields";
import { TextModes } from "./TextModes";

type View = "form" | "json";

export default function TaskForm({ state }: { state: State }) {
  const document = useDocument();
  const language: Language = queryLanguageOf(machineOf(document), state);
  const at = join(state.pointer, language === "JSONata" ? "Arguments" : "Parameters");
  const resource = useText(join(state.pointer, "Resource"));
  const parameters = useValue(at);
  const url = useDesigner((current) => current.boot.urls.catalogue);
  const integration = resource.includes(":states:::") && !resource.includes("${");
  const { action, problem } = useActionShapes(url, integration ? resource.replace(/\.(sync(:2)?|waitForTaskToken)$/, "") : "");
  const [view, setView] = useState<View>("form");
  const review = reviewPlace(parameters);
  const form = useMemo(() => (action === undefined ? undefined : { action, language, url }), [action, language, url]);
  const { service, action: name } = parseResource(resource);
  const special = review !== undefined || (!resource.includes(":aws-sdk:") && ["bedrock:invokeModel", "http:invoke"].includes(`${service}:${name}`));
  const whole = expressionIn(parameters) !== undefined;
  const fields = (): React.ReactNode => {
    if (view === "json") return <JsonField at={at} label={labelOf(language)} empty="{}" objectOnly={language === "JSONPath"} hint={hintOf(language)} />;
    if (whole) return <WholeExpression state={state} at={at} />;
    if (review !== undefined) return <ReviewForm state={state} at={at} place={review} language={language} />;
    if (special) return service === "http" ? <HttpForm at={at} language={language} /> : <BedrockForm at={at} language={language} />;
    if (form === undefined) return integration && problem === "" ? <SkeletonLine label={labelOf(language)} /> : <Unknown at={at} language={language} resource={resource} problem={problem} />;
    const input = form.action.input === null ? undefined : form.action.shapes[form.action.input];
    return (
      <TaskFormContext value={form}>
        {input === undefined ? <p className="text-xs text-ink-3">This action takes no parameters.</p> : null}
        <StructureFields shape={input ?? { type: "structure", members: [] }} at={at} depth={0} />
      </TaskFormContext>
    );
  };
  return (
    <>
      {special && view === "form" ? null : <CallFields state={state} at={at} language={language} quiet={review !== undefined} />}
      <div className="flex items-center gap-1.5 border-t border-base-300 -mx-5 px-5 pt-3">
        <h3 className="text-s font-medium">{labelOf(language)}</h3>
        {action === undefined || action.doc + action.note === "" ? null : <DocTip about={name} text={[action.note, action.doc.slice(0, 900)].filter(Boolean).join("\n")} />}
        {action === undefined ? null : <Links url={action.url} guide={action.guide} />}
        <span className="flex-1" />
        <Segmented label="Shown as" small value={view} segments={[{ value: "form", label: "Form" }, { value: "json", label: "JSON" }]} onChange={setView} />
      </div>
      {action === undefined || action.note === "" || view === "json" || review !== undefined ? null : <p className="text-xs text-ink-2 -mt-1">{action.note}</p>}
      {fields()}
      {special && view === "form" ? <CallFields state={state} at={at} language={language} quiet /> : null}
    </>
  );
}

const labelOf = (language: Language): string => (language === "JSONata" ? "Arguments" : "Parameters");
const hintOf = (language: Language): string => (language === "JSONata" ? "Texts in {% %} are expressions" : "Names ending in .$ take a path");

function Links({ url, guide }: { url: string; guide: string }) {
  const links = [
    { href: url, label: "API reference" },
    { href: guide, label: "Integration" },
  ].filter(({ href }) => href !== "");
  return (
    <span className="flex gap-2 text-2xs text-ink-2">
      {links.map(({ href, label }) => (
        <a key={label} href={href} target="_blank" rel="noreferrer" className="underline">
          {label}
        </a>
      ))}
    </span>
  );
}

/** Functions by ARN, activities, placeholders and what no service has: their parameters are JSON. */
function Unknown({ at, language, resource, problem }: { at: string; language: Language; resource: string; problem: string }) {
  const isIntegration = resource.includes(":states:::");
  return (
    <>
      {isIntegration && problem !== "" ? <p className="text-xs text-ink-2">{problem} It opens and is saved as it is written.</p> : null}
      <JsonField at={at} label={isIntegration ? labelOf(language) : "What it is called with"} empty="{}" objectOnly={language === "JSONPath"} hint={hintOf(language)} />
    </>
  );
}

/** In JSONata all Arguments may come from one expression. */
function WholeExpression({ state, at }: { state: State; at: string }) {
  const disabled = !useCanEdit();
  return (
    <>
      <TextModes holder={state.pointer} name="Arguments" language="JSONata" label="All arguments" doc="One expression gives all arguments." />
      <button type="button" className="btn btn-ghost btn-sm self-start" disabled={disabled} onClick={() => put(at, {}, "write the arguments as fields")}>
        Write them as fields instead
      </button>
    </>
  );
}
