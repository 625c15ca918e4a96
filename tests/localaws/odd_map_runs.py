"""Distributed Maps at random: each field right, odd or missing, over objects in S3 that hold what they should or don't."""

import gzip
import json
import random

BUCKET = "odd"
NUMBERS = [1, 2, 3, 10, 100]
CONTENTS = {
    "a.csv": b"id,name\n1,Ann\n2,Bob\n3,Cy\n",
    "quotes.csv": b'id,name\n1,"An\n2,Bob\n',
    "double.csv": b"id,id\n1,2\n",
    "wide.csv": b"id\n" + b"1," * 3_000 + b"\n",
    "latin.csv": b"id\n\xe9\xff\n",
    "nul.csv": b"id\n\x00\n",
    "a.json": b'{"list": [1, 2, {"a": [3]}], "deep": {"list": []}}',
    "list.json": b'[1, [2, 3], {"n": 4}, "five", null]',
    "broken.json": b'[1, 2, {"a": ',
    "deep.json": b"[" * 3_000 + b"]" * 3_000,
    "surrogate.json": b'["\\ud800"]',
    "large.json": json.dumps(["x" * 300_000]).encode(),
    "a.jsonl": b'{"a": 1}\n\n[2]\n3\n',
    "broken.jsonl": b'{"a": 1}\n{"a": \n',
    "a.csv.gz": gzip.compress(b"id\n1\n2\n"),
    "broken.csv.gz": gzip.compress(b"id\n1\n2\n" * 100)[:40],
    "none.csv.gz": b"id\n1\n",
    "bomb.jsonl.gz": gzip.compress(b"[1]\n" * 3 + b" " * 20_000_000),
    "a.parquet": b"PAR1" + b"\x15\x04" * 50 + b"\x10\x00\x00\x00PAR1",
    "empty": b"",
    "manifest.json": json.dumps(
        {"destinationBucket": f"arn:aws:s3:::{BUCKET}", "fileFormat": "CSV", "fileSchema": "Bucket, Key", "files": [{"key": "a.csv.gz"}, {"key": "a.csv"}]}
    ).encode(),
    "odd-manifest.json": b'{"destinationBucket": 1, "files": [null], "fileSchema": [], "fileFormat": {}}',
    "unload.csv": f"s3://{BUCKET}/a.jsonl\ns3://{BUCKET}/a.csv\n".encode(),
    "far.csv": b"s3://not-a-bucket-of-anybody/x\nnothing\n",
}  # fmt: skip
PROCESSORS = [
    {"P": {"Type": "Pass", "End": True}},
    {"F": {"Type": "Fail", "Error": "Odd"}},
    {"P": {"Type": "Pass", "InputPath": "$.id", "End": True}},
    {"P": {"Type": "Pass", "Result": "x" * 50_000, "End": True}},
]


def put_odd_objects(s3):
    s3.create_bucket(Bucket=BUCKET)
    for key, content in CONTENTS.items():
        s3.put_object(Bucket=BUCKET, Key=key, Body=content)


def odd_map(chance: random.Random, odd):
    """A definition's text; ``odd``: values that may stand anywhere."""

    def some(*right):
        return chance.choice(odd) if chance.random() < 0.05 else chance.choice(right)

    def perhaps(**fields):
        return {name: value for name, value in fields.items() if chance.random() < 0.3}

    states = some(*PROCESSORS)
    start = next(iter(states), "P") if isinstance(states, dict) else "P"
    config = {"Mode": "DISTRIBUTED", "ExecutionType": some("STANDARD", "EXPRESS")}
    state = {
        "Type": "Map",
        "End": True,
        "ItemProcessor": {"ProcessorConfig": config, "StartAt": start, "States": states},
    }
    for name in ("MaxConcurrency", "ToleratedFailureCount", "ToleratedFailurePercentage"):
        state |= _limit(chance, some, name)
    batcher = _limit(chance, some, "MaxItemsPerBatch") | _limit(chance, some, "MaxInputBytesPerBatch")
    if batcher:
        state["ItemBatcher"] = some(batcher, batcher | {"BatchInput": {"all.$": "$"}})
    state |= perhaps(Label=some("Each", "x" * 40), ResultWriter=_writer(chance, some),
        ItemSelector=some({"v.$": "$$.Map.Item.Value"}, {"i.$": "$$.Map.Item.Index", "n.$": "$.n"}))  # fmt: skip
    if chance.random() < 0.8:
        state["ItemReader"] = _reader(chance, some, perhaps)
    elif chance.random() < 0.5:
        state["ItemsPath"] = some("$.list", "$.n")
    return json.dumps({"StartAt": "M", "States": {"M": state}})


def _limit(chance, some, name):
    """None, one that stands in the definition, or one that the input decides."""
    kind = chance.random()
    return {} if kind < 0.6 else {name: some(*NUMBERS)} if kind < 0.8 else {f"{name}Path": "$.n"}


def _reader(chance, some, perhaps):
    kind = chance.choice(["CSV", "JSON", "JSONL", "PARQUET", "MANIFEST"])
    config = {"InputType": some(kind)} | _limit(chance, some, "MaxItems")
    if kind == "CSV":
        given = {"CSVHeaderLocation": "GIVEN", "CSVHeaders": some(["id", "name"])}
        config |= chance.choice([{"CSVHeaderLocation": "FIRST_ROW"}, given])
        config |= perhaps(CSVDelimiter=some("COMMA", "TAB"))
    if kind == "JSON":
        config |= perhaps(ItemsPointer=some("/list", "/deep/list", "/list/2/a", "/no~1where"))
    else:
        config |= perhaps(ManifestType="S3_INVENTORY" if kind == "MANIFEST" else "ATHENA_DATA")
    listing = {
        "Resource": "arn:aws:states:::s3:listObjectsV2",
        "Parameters": {"Bucket": BUCKET, "Prefix": some("a", "b")},
    }
    right = [key for key in CONTENTS if f".{kind.lower()}" in key or kind.lower() in key]
    key = chance.choice(right) if right and chance.random() < 0.7 else some(*CONTENTS, "nothing")
    single = {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": some(BUCKET), "Key": key}}
    if chance.random() < 0.2:
        single, config = listing, config | perhaps(Transformation="LOAD_AND_FLATTEN")
    return {**single, "ReaderConfig": some(config)}


def _writer(chance, some):
    config = {"Transformation": some("NONE", "COMPACT", "FLATTEN"), "OutputType": some("JSON", "JSONL")}
    place = {
        "Resource": "arn:aws:states:::s3:putObject",
        "Parameters": {"Bucket": some(BUCKET), "Prefix": some("out", "/")},
    }
    return place | ({"WriterConfig": config} if chance.random() < 0.5 else {})
