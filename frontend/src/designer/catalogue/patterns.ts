/** Several states at once, wired to each other: what people build again and again. */

import { ASK_A_PERSON } from "./bundled";
import { ONWARD, type PaletteItem } from "./items";

const GROUP = "Patterns";

export const PATTERNS: PaletteItem[] = [
  {
    id: "pattern:poll",
    title: "Poll until done",
    line: "Start a job, look, wait, look again",
    icon: "wait",
    group: GROUP,
    words: "loop job status transcribe transcription wait",
    make: () => ({
      name: "Start the job",
      body: {
        Type: "Task",
        Resource: "arn:aws:states:::aws-sdk:transcribe:startTranscriptionJob",
        Parameters: {
          "TranscriptionJobName.$": "$$.Execution.Name",
          LanguageCode: "en-US",
          Media: { "MediaFileUri.$": "$.media" },
          OutputBucketName: "bucket",
        },
        ResultPath: "$.job",
        Next: "Look at the job",
      },
      followers: [
        {
          name: "Look at the job",
          body: {
            Type: "Task",
            Resource: "arn:aws:states:::aws-sdk:transcribe:getTranscriptionJob",
            Parameters: { "TranscriptionJobName.$": "$$.Execution.Name" },
            ResultSelector: { "status.$": "$.TranscriptionJob.TranscriptionJobStatus" },
            ResultPath: "$.job",
            Next: "Job done?",
          },
        },
        {
          name: "Job done?",
          body: {
            Type: "Choice",
            Choices: [
              { Comment: "completed", Variable: "$.job.status", StringEquals: "COMPLETED", Next: ONWARD },
              { Comment: "failed", Variable: "$.job.status", StringEquals: "FAILED", Next: "Job failed" },
            ],
            Default: "Wait for the job",
          },
        },
        { name: "Wait for the job", body: { Type: "Wait", Seconds: 10, Next: "Look at the job" } },
        { name: "Job failed", body: { Type: "Fail", Error: "Job.Failed", Cause: "The job ended in FAILED; its own record says why." } },
      ],
    }),
  },
  {
    id: "pattern:dead-letter",
    title: "Catch to a dead-letter queue",
    line: "What fails is kept for a later try",
    icon: "queue",
    group: GROUP,
    words: "error catch dlq sqs retry later",
    make: () => ({
      name: "Do the work",
      body: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Parameters: { FunctionName: "function-name", "Payload.$": "$" },
        Retry: [{ ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 2, MaxAttempts: 3, BackoffRate: 2, JitterStrategy: "FULL" }],
        Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "Keep for later" }],
        Next: ONWARD,
      },
      followers: [
        {
          name: "Keep for later",
          body: {
            Type: "Task",
            Resource: "arn:aws:states:::sqs:sendMessage",
            Parameters: {
              QueueUrl: "http://127.0.0.1:4566/000000000000/dead-letter-queue",
              MessageBody: { "execution.$": "$$.Execution.Id", "input.$": "$" },
            },
            ResultPath: null,
            Next: "Given up",
          },
        },
        {
          name: "Given up",
          body: { Type: "Fail", Error: "Work.Failed", Cause: "The work failed; its input is in the dead-letter queue." },
        },
      ],
    }),
  },
  {
    id: "pattern:approval",
    title: "Human approval with regenerate",
    line: "Ask a model, ask a person, again if asked to",
    icon: "person",
    group: GROUP,
    words: "review approve regenerate feedback prompt human in the loop",
    make: (context) => {
      const ask = ASK_A_PERSON.make(context);
      const body = typeof ask.body === "object" && "Type" in ask.body ? ask.body : {};
      return {
        name: "Remarks so far",
        body: { Type: "Pass", Result: "none", ResultPath: "$.remarks", Next: "Propose" },
        followers: [
          {
            name: "Propose",
            body: {
              Type: "Task",
              Resource: "arn:aws:states:::bedrock:invokeModel",
              Parameters: {
                ModelId: "anthropic.claude-3-haiku-20240307-v1:0",
                Body: {
                  anthropic_version: "bedrock-2023-05-31",
                  max_tokens: 200,
                  messages: [
                    { role: "user", "content.$": "States.Format('Propose a title for: {}\n\nEditor\\'s remarks: {}', $.text, $.remarks)" },
                  ],
                },
              },
              ResultSelector: {
                list: [{ "title.$": "$.Body.content[0].text", model: "anthropic.claude-3-haiku-20240307-v1:0" }],
              },
              ResultPath: "$.proposed",
              Next: "Ask a person",
            },
          },
          { name: "Ask a person", body: { ...withCandidates(body, "$.proposed.list"), Next: "Approved?" } },
          {
            name: "Approved?",
            body: {
              Type: "Choice",
              Choices: [
                { Comment: "regenerate, with remarks", Variable: "$.review.outcome", StringEquals: "regenerate", Next: "Take the remarks" },
              ],
              Default: ONWARD,
            },
          },
          {
            name: "Take the remarks",
            body: { Type: "Pass", InputPath: "$.review.comment", ResultPath: "$.remarks", Next: "Propose" },
          },
        ],
      };
    },
  },
];

function withCandidates(body: object, path: string): Record<string, never> {
  const copy = structuredClone(body) as { Parameters?: { MessageBody?: Record<string, string> } };
  if (copy.Parameters?.MessageBody !== undefined) copy.Parameters.MessageBody["candidates.$"] = path;
  return copy as Record<string, never>;
}
