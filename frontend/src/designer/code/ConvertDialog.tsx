/** JSONPath to JSONata, of the selected state or of all: what would change, side by side, and what to look at; then one edit. */

import { json } from "@codemirror/lang-json";
import { MergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { CircleX, Eye } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";

import { mustParse, valueOf, type ParsedDocument } from "../../asl/document";
import { patched } from "../../asl/patch";
import { ApiError, send } from "../api";
import { Dialog } from "../parts/Dialog";
import { selectedState } from "../state/derive";
import { announce, edit, openDialog, useDesigner } from "../state/store";
import { textLook } from "./editing";
import { normalised } from "./lineEnds";

interface Converted {
  path: string;
  name: string;
  outcome: "CONVERTED" | "REVIEW" | "REFUSED";
  notes: { path: string; message: string }[];
}

interface Conversion {
  definition: string;
  states: Converted[];
}

type Answer = { conversion: Conversion; text: string } | { problem: string } | undefined;

/** The definition's text with only what the conversion changes changed. */
function textWith(document: ParsedDocument, conversion: Conversion): string {
  return patched(document, valueOf(mustParse(conversion.definition).root));
}

function useConversion(document: ParsedDocument, pointer: string | undefined): Answer {
  const [answer, setAnswer] = useState<{ of: string | undefined; said: Answer }>({ of: pointer, said: undefined });
  const type = useDesigner((state) => state.boot.machine.type);
  useEffect(() => {
    const controller = new AbortController();
    const asked = { definition: document.text, type, ...(pointer === undefined ? {} : { states: [pointer] }) };
    send<Conversion>("POST", "/api/v1/conversions", asked, controller.signal).then(
      (conversion) => setAnswer({ of: pointer, said: { conversion, text: textWith(document, conversion) } }),
      (error: unknown) => {
        if (controller.signal.aborted) return;
        setAnswer({ of: pointer, said: { problem: error instanceof ApiError ? error.message : String(error) } });
      },
    );
    return () => controller.abort();
  }, [document, pointer, type]);
  return answer.of === pointer ? answer.said : undefined;
}

const onClose = (): void => openDialog(undefined);

export default function ConvertDialog() {
  const [document] = useState(() => useDesigner.getState().good);
  const [state] = useState(() => selectedState(useDesigner.getState()));
  const [isOne, setOne] = useState(state !== undefined);
  const answer = useConversion(document, isOne ? state?.pointer : undefined);
  const ready = answer !== undefined && "text" in answer && answer.text !== document.text ? answer : undefined;
  const label = isOne ? `convert ${state?.name ?? "a state"} to JSONata` : "convert the workflow to JSONata";
  const take = (): void => {
    if (ready === undefined) return;
    if (edit((current) => ({ text: textWith(current, ready.conversion), label }))) {
      announce(`Converted to JSONata: ${counted(ready.conversion.states)}`);
      onClose();
    }
  };
  return (
    <Dialog
      title="Convert JSONPath to JSONata"
      onClose={onClose}
      wide
      footer={
        <>
          <button type="button" className="btn btn-ghost" onClick={onClose}>
            Cancel
          </button>
          <button type="button" className="btn btn-primary" disabled={ready === undefined} onClick={take}>
            {isOne ? "Convert the state" : "Convert the workflow"}
          </button>
        </>
      }
    >
      {state === undefined ? null : (
        <fieldset className="flex flex-wrap gap-x-5 gap-y-1 text-s">
          <legend className="sr-only">What to convert</legend>
          <Radio label={`${state.name} and what is inside it`} checked={isOne} onChoose={() => setOne(true)} />
          <Radio label="The whole workflow" checked={!isOne} onChoose={() => setOne(false)} />
        </fieldset>
      )}
      <Outcome answer={answer} document={document} />
    </Dialog>
  );
}

function Radio({ label, checked, onChoose }: { label: string; checked: boolean; onChoose: () => void }) {
  return (
    <label className="flex items-center gap-2 h-8">
      <input type="radio" name="what-to-convert" className="radio radio-sm" checked={checked} onChange={onChoose} />
      {label}
    </label>
  );
}

function counted(states: readonly Converted[]): string {
  const count = (outcome: Converted["outcome"]): number => states.filter((each) => each.outcome === outcome).length;
  const words: [number, string][] = [
    [count("CONVERTED"), "converted"],
    [count("REVIEW"), "to be looked at"],
    [count("REFUSED"), "left in JSONPath"],
  ];
  return words.filter(([number]) => number > 0).map(([number, word]) => `${String(number)} ${word}`).join(", ");
}

function Outcome({ answer, document }: { answer: Answer; document: ParsedDocument }) {
  if (answer === undefined) return <p className="text-s text-ink-2" role="status">Converting</p>;
  if ("problem" in answer) return <p className="text-s text-fail-ink" role="alert">{answer.problem}</p>;
  const { states } = answer.conversion;
  if (states.length === 0) return <p className="text-s" role="status">Nothing here is in JSONPath.</p>;
  return (
    <>
      <p className="text-s" role="status">States: {counted(states)}.</p>
      <Notes states={states.filter(({ notes }) => notes.length > 0)} />
      {answer.text === document.text ? null : <SideBySide before={document.text} after={answer.text} />}
    </>
  );
}

/** What is said of several states is said once. */
function grouped(states: readonly Converted[]): { message: string; isRefused: boolean; places: string[] }[] {
  const found = new Map<string, { message: string; isRefused: boolean; places: string[] }>();
  for (const { path, name, outcome, notes } of states) {
    for (const note of notes) {
      const isRefused = outcome === "REFUSED";
      const known = found.get(`${note.message} ${outcome}`) ?? { message: note.message, isRefused, places: [] };
      const field = note.path.slice(path.length + 1);
      known.places.push(isRefused && field !== "" ? `${name} (${field})` : name);
      found.set(`${note.message} ${outcome}`, known);
    }
  }
  return [...found.values()].sort((one, other) => Number(other.isRefused) - Number(one.isRefused));
}

function Notes({ states }: { states: readonly Converted[] }) {
  if (states.length === 0) return null;
  return (
    <ul aria-label="What to look at" className="max-h-36 overflow-y-auto flex flex-col gap-1 text-xs flex-none" tabIndex={0}>
      {grouped(states).map(({ message, isRefused, places }) => (
        <li key={`${message} ${String(isRefused)}`} className="flex gap-2">
          {isRefused ? <CircleX size={13} aria-label="Left in JSONPath" className="text-fail flex-none mt-0.5" /> : <Eye size={13} aria-label="To be looked at" className="text-retry-ink flex-none mt-0.5" />}
          <span>
            {message} <b className="font-medium">{[...new Set(places)].join(", ")}</b>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Both texts; what is the same is folded away. */
function SideBySide({ before, after }: { before: string; after: string }) {
  const host = useRef<HTMLDivElement>(null);
  const sides = useMemo(() => [normalised(before), normalised(after)] as const, [before, after]);
  useEffect(() => {
    if (host.current === null) return;
    const side = (doc: string, label: string) => ({
      doc,
      extensions: [json(), textLook, EditorState.readOnly.of(true), EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }), EditorView.lineWrapping],
    });
    const view = new MergeView({
      parent: host.current,
      a: side(sides[0], "As it is, in JSONPath"),
      b: side(sides[1], "As it would be, in JSONata"),
      diffConfig: { scanLimit: 5000, timeout: 400 },
      collapseUnchanged: { margin: 2, minSize: 4 },
      gutter: false,
    });
    return () => view.destroy();
  }, [sides]);
  return <div ref={host} className="border border-base-300 rounded-box overflow-auto max-h-[46dvh]" />;
}

