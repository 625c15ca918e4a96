"""Words that people use for an action and that neither its name nor its documentation has, by "service:action"."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

KNOWN_AS: Mapping[str, str] = {
    "athena:startQueryExecution": "sql run s3 csv",
    "bedrock:createModelCustomizationJob": "fine tune tuning train",
    "bedrock:invokeModel": (
        "claude llama mistral nova titan cohere stability prompt llm ai generative generate text image picture chat ask"
    ),
    "bedrockruntime:converse": "claude llama mistral nova prompt llm ai chat",
    "comprehend:detectSentiment": "opinion mood",
    "dynamodb:deleteItem": "remove record row",
    "dynamodb:getItem": "read record row look up fetch",
    "dynamodb:putItem": "write save store insert create record row",
    "dynamodb:query": "find records rows",
    "dynamodb:updateItem": "change record row counter",
    "ecs:runTask": "start container docker fargate",
    "events:putEvents": "emit send event bus",
    "http:invoke": "call https rest request web webhook api endpoint url post get",
    "lambda:invoke": "call run execute function code python script",
    "mediaconvert:createJob": "convert transcode video",
    "polly:synthesizeSpeech": "text speech voice read aloud tts",
    "rdsdata:executeStatement": "sql postgres mysql aurora query",
    "redshiftdata:executeStatement": "sql warehouse query",
    "rekognition:detectLabels": "image picture recognition objects",
    "s3:deleteObject": "remove file",
    "s3:getObject": "text transcript read download fetch file",
    "s3:listObjectsV2": "files folder keys",
    "s3:putObject": "write save store upload file",
    "sagemaker:createTrainingJob": "train model",
    "scheduler:createSchedule": "cron timer later",
    "secretsmanager:getSecretValue": "password credentials read",
    "sesv2:sendEmail": "mail",
    "sns:publish": "notify notification send message sms text",
    "sqs:sendMessage": "queue enqueue dead letter dlq",
    "states:startExecution": "nested child sub subworkflow workflow state machine call run",
    "textract:detectDocumentText": "ocr scan read",
    "transcribe:startTranscriptionJob": "speech text audio video subtitles transcribe",
    "translate:translateText": "language",
}
