/** What a deployment does besides: logging, tracing, tags, a version, an alias. Empty fields leave things as they are. */

import { useState } from "react";

import type { DeploymentOptions } from "../api";
import { CheckInput, NumberInput, SelectInput, TextInput } from "../parts/controls";

const LEVELS = [
  { value: "", label: "As it is" },
  { value: "OFF", label: "Off" },
  { value: "ERROR", label: "Errors" },
  { value: "FATAL", label: "Fatal errors" },
  { value: "ALL", label: "Everything" },
];
const TRACING = [
  { value: "", label: "As it is" },
  { value: "on", label: "On" },
  { value: "off", label: "Off" },
];

const ENCRYPTION = [
  { value: "", label: "As it is" },
  { value: "AWS", label: "With a key that AWS owns" },
  { value: "own", label: "With a KMS key of yours" },
];

interface Props {
  value: DeploymentOptions;
  onChange: (value: DeploymentOptions) => void;
}

export function DeployOptions({ value, onChange }: Props) {
  const { log_level: level, alias, kms_key: key } = value;
  const set = (change: { [Name in keyof DeploymentOptions]?: DeploymentOptions[Name] | undefined }): void => onChange(without({ ...value, ...change }));
  const isLogging = level !== undefined && level !== "OFF";
  return (
    <details className="rounded-box border border-base-300" open={Object.keys(value).length > 0}>
      <summary className="cursor-pointer px-3 py-2 text-s">Version and alias, logging, tracing, encryption, tags</summary>
      <div className="flex flex-col gap-3 border-t border-base-300 p-3">
        <div className="grid grid-cols-2 gap-3">
          <TextInput label="Alias" value={alias ?? ""} onChange={(next) => set({ alias: next.trim() || undefined })} placeholder="none" />
          <NumberInput label="Share of the new version" unit="%" integer min={1} max={100} value={String(value.share ?? 100)} disabled={alias === undefined} onChange={(next) => set({ share: next === undefined || next === "100" ? undefined : Number(next) })} />
        </div>
        <CheckInput label={alias === undefined ? "Publish a version" : "Publish a version (the alias needs one)"} checked={value.publish === true || alias !== undefined} disabled={alias !== undefined} onChange={(checked) => set({ publish: checked || undefined })} />
        <div className="grid grid-cols-2 gap-3">
          <SelectInput label="Logging" value={level ?? ""} options={LEVELS} onChange={(next) => set({ log_level: (next || undefined) as DeploymentOptions["log_level"], ...(next === "" || next === "OFF" ? { log_group_arn: undefined, include_execution_data: undefined } : {}) })} />
          <SelectInput label="X-Ray tracing" value={value.tracing === undefined ? "" : value.tracing ? "on" : "off"} options={TRACING} onChange={(next) => set({ tracing: next === "" ? undefined : next === "on" })} />
        </div>
        {isLogging ? (
          <>
            <TextInput label="Log group ARN" mono value={value.log_group_arn ?? ""} onChange={(next) => set({ log_group_arn: next.trim() || undefined })} placeholder="arn:aws:logs:us-east-1:123456789012:log-group:..." />
            <CheckInput label="With inputs and outputs" checked={value.include_execution_data === true} onChange={(checked) => set({ include_execution_data: checked || undefined })} />
          </>
        ) : null}
        <SelectInput
          label="Encryption"
          value={key === undefined ? "" : key === "AWS" ? "AWS" : "own"}
          options={ENCRYPTION}
          onChange={(next) => set({ kms_key: next === "" ? undefined : next === "AWS" ? "AWS" : "alias/", kms_reuse_seconds: undefined })}
        />
        {key === undefined || key === "AWS" ? null : (
          <div className="grid grid-cols-[1fr_9rem] gap-3">
            <TextInput label="KMS key" mono value={key} onChange={(next) => set({ kms_key: next.trim() || "alias/" })} placeholder="arn:aws:kms:...:key/..." />
            <NumberInput label="Data key used for" unit="s" integer min={60} max={900} value={String(value.kms_reuse_seconds ?? 300)} onChange={(next) => set({ kms_reuse_seconds: next === undefined || next === "300" ? undefined : Number(next) })} />
          </div>
        )}
        <Tags value={value.tags ?? {}} onChange={(tags) => set({ tags: Object.keys(tags).length > 0 ? tags : undefined })} />
      </div>
    </details>
  );
}

/** One a line, as name=value. */
function Tags({ value, onChange }: { value: Record<string, string>; onChange: (value: Record<string, string>) => void }) {
  const [typed, setTyped] = useState(() => Object.entries(value).map(([name, text]) => `${name}=${text}`).join("\n"));
  return (
    <TextInput
      label="Tags"
      hint={<span className="text-xs text-ink-3">one a line, name=value</span>}
      mono
      rows={2}
      value={typed}
      onChange={(next) => {
        setTyped(next);
        onChange(tagsOf(next));
      }}
    />
  );
}

export function tagsOf(typed: string): Record<string, string> {
  const lines = typed.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf("=");
      return at < 0 ? [line, ""] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }),
  );
}

/** What isn't chosen isn't sent. */
function without(value: { [Name in keyof DeploymentOptions]?: DeploymentOptions[Name] | undefined }): DeploymentOptions {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined));
}

/** The options of the last deployment that a next one begins with: those that aren't the server's defaults. */
export function chosenBefore(options: DeploymentOptions | undefined): DeploymentOptions {
  const { alias, publish, log_level, log_group_arn, include_execution_data, tracing, kms_key, kms_reuse_seconds, tags } = (options ?? {}) as Record<string, unknown>;
  return without({
    ...(typeof alias === "string" && alias !== "" && { alias }),
    ...(publish === true && { publish }),
    ...(typeof log_level === "string" && log_level !== "" && { log_level: log_level as NonNullable<DeploymentOptions["log_level"]> }),
    ...(typeof log_group_arn === "string" && log_group_arn !== "" && { log_group_arn }),
    ...(include_execution_data === true && { include_execution_data }),
    ...(typeof tracing === "boolean" && { tracing }),
    ...(typeof kms_key === "string" && kms_key !== "" && { kms_key }),
    ...(typeof kms_reuse_seconds === "number" && kms_reuse_seconds !== 300 && { kms_reuse_seconds }),
    ...(typeof tags === "object" && tags !== null && Object.keys(tags).length > 0 && { tags: tags as Record<string, string> }),
  });
}
