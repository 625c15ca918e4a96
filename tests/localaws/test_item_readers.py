"""ItemReader: what a distributed Map takes for its items, of each kind of data set that S3 may hold."""

import gzip
import io
import json

import arro3.io
import pytest
from arro3.core import DataType, Field, Schema
from maps import distributed, reader, run

COLUMNS = Schema([
    Field("id", DataType.int64()),
    Field("name", DataType.utf8()),
    Field("at", DataType.timestamp("ms", tz="UTC")),
    Field("day", DataType.date32()),
    Field("price", DataType.decimal128(9, 2)),
    Field("tags", DataType.list(Field("item", DataType.utf8()))),
    Field("size", DataType.struct([Field("width", DataType.float64())])),
    Field("raw", DataType.binary()),
])  # fmt: skip
ROW = {
    "id": 2**53 + 1,
    "name": "é",
    "at": "2026-01-02T03:04:05.678Z",
    "day": "2026-01-02",
    "price": 12.3,
    "tags": ["a", "b"],
    "size": {"width": 1.5},
    "raw": "00ff",
}


def parquet(rows, **options):
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    packed = io.BytesIO()
    arro3.io.write_parquet(arro3.io.read_json(io.BytesIO(lines.encode()), COLUMNS), packed, **options)
    return packed.getvalue()


def items(sfn, state, given="{}"):
    return json.loads(run(sfn, state, given)["output"])


@pytest.mark.parametrize("compression", ["uncompressed", "snappy", "gzip(6)", "zstd(3)", "brotli(3)", "lz4_raw"])
def test_a_row_of_a_parquet_file_is_an_item(sfn, s3, bucket, compression):
    s3.put_object(Bucket=bucket, Key="a", Body=parquet([ROW, {"id": 2}], compression=compression))
    state = distributed(ItemReader=reader(bucket, "a", InputType="PARQUET"))
    assert items(sfn, state) == [ROW, dict.fromkeys(ROW) | {"id": 2}]


def test_a_parquet_file_is_read_no_further_than_is_asked_for(sfn, s3, bucket):
    rows = [{"id": number, "name": f"{number * 7919 % 100_003:x}" * 40} for number in range(20_000)]
    content = bytearray(parquet(rows, max_row_group_size=1000))
    middle = len(content) // 2
    content[middle : middle + 1000] = b"x" * 1000
    s3.put_object(Bucket=bucket, Key="a.parquet", Body=bytes(content))
    state = distributed(
        kind="EXPRESS",
        ItemReader=reader(bucket, "a.parquet", InputType="PARQUET", MaxItems=1500),
        ItemSelector={"n.$": "$$.Map.Item.Value.id"},
        ItemBatcher={"MaxItemsPerBatch": 1000},
    )
    assert [len(batch["Items"]) for batch in items(sfn, state)] == [1000, 500]
    del state["ItemReader"]["ReaderConfig"]["MaxItems"]
    ended = run(sfn, state)
    assert (ended["error"], ended["cause"][:59]) == (
        "States.ItemReaderFailed",
        "Could not parse the data that ItemReader read as Parquet: P",
    )


@pytest.mark.parametrize("body", [b"", b"id\n1\n", b"PAR1" + b"x" * 40 + b"PAR1"])
def test_what_is_no_parquet_fails_the_map_and_nothing_else(sfn, s3, bucket, body):
    s3.put_object(Bucket=bucket, Key="a", Body=body)
    ended = run(sfn, distributed(ItemReader=reader(bucket, "a", InputType="PARQUET")))
    assert ended["error"] == "States.ItemReaderFailed"
    assert ended["cause"].startswith("Could not parse the data that ItemReader read as Parquet: ")
    assert items(sfn, distributed(), "[1]") == [1]


def test_lines_of_json_and_listed_objects_are_items(sfn, s3, bucket):
    s3.put_object(Bucket=bucket, Key="in/a.jsonl", Body='{"a":1}\n{"a":2}\n')
    s3.put_object(Bucket=bucket, Key="in/b.jsonl.gz", Body=gzip.compress(b'{"a":3}\n'))
    state = distributed(ItemReader=reader(bucket, "in/a.jsonl", InputType="JSONL"))
    assert json.loads(run(sfn, state)["output"]) == [{"a": 1}, {"a": 2}]
    listing = {"Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": {"Bucket": bucket, "Prefix": "in/"}}
    found = json.loads(run(sfn, distributed(ItemReader=listing))["output"])
    assert [entry["Key"] for entry in found] == ["in/a.jsonl", "in/b.jsonl.gz"]
    flat = listing | {"ReaderConfig": {"InputType": "JSONL", "Transformation": "LOAD_AND_FLATTEN", "MaxItems": 3}}
    assert json.loads(run(sfn, distributed(ItemReader=flat))["output"]) == [{"a": 1}, {"a": 2}, {"a": 3}]


def test_an_inventory_and_athenas_manifest_lead_to_the_items(sfn, s3, bucket):
    s3.put_object(Bucket=bucket, Key="data.csv.gz", Body=gzip.compress(b'"b","k1"\n"b","k2"\n'))
    manifest = {
        "destinationBucket": f"arn:aws:s3:::{bucket}",
        "fileFormat": "CSV",
        "fileSchema": "Bucket, Key",
        "files": [{"key": "data.csv.gz"}],
    }
    s3.put_object(Bucket=bucket, Key="manifest.json", Body=json.dumps(manifest))
    state = distributed(ItemReader=reader(bucket, "manifest.json", InputType="MANIFEST"))
    assert json.loads(run(sfn, state)["output"]) == [{"Bucket": "b", "Key": "k1"}, {"Bucket": "b", "Key": "k2"}]
    s3.put_object(Bucket=bucket, Key="x.jsonl", Body="[1]\n")
    s3.put_object(Bucket=bucket, Key="unload.csv", Body=f"s3://{bucket}/x.jsonl\n")
    athena = reader(bucket, "unload.csv", ManifestType="ATHENA_DATA", InputType="JSONL")
    assert json.loads(run(sfn, distributed(ItemReader=athena))["output"]) == [[1]]


@pytest.mark.parametrize(
    ("config", "key", "cause"),
    [
        ({"InputType": "JSON"}, "nothing", "Not Found"),
        ({"InputType": "MANIFEST"}, "a", "The manifest is none of an S3 inventory."),
        ({"InputType": "JSON"}, "a", "Attempting to map over non-iterable node."),
    ],
)
def test_what_cant_be_read_fails_the_map(endpoint, bucket, config, key, cause):
    sfn, s3 = endpoint.client(), endpoint.client("s3")
    s3.put_object(Bucket=bucket, Key="a", Body="{}")
    ended = run(sfn, distributed(ItemReader=reader(bucket, key, **config)))
    assert (ended["error"], ended["cause"]) == ("States.ItemReaderFailed", cause)


@pytest.mark.parametrize(("delimiter", "sign"), [("PIPE", "|"), ("SEMICOLON", ";"), ("SPACE", " "), ("TAB", "\t")])
def test_csv_has_its_delimiter_and_its_headers_from_the_state(sfn, s3, bucket, delimiter, sign):
    s3.put_object(Bucket=bucket, Key="a", Body=f'\ufeff1{sign}"x{sign}y"\n2{sign}z\n')
    config = {"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["n", "t"], "CSVDelimiter": delimiter}
    state = distributed(ItemReader=reader(bucket, "a", **config))
    assert items(sfn, state) == [{"n": "1", "t": f"x{sign}y"}, {"n": "2", "t": "z"}]


def test_items_are_pointed_at_inside_an_object(sfn, s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=json.dumps({"a/b": {"list": [1, 2, 3]}}))
    config = {"InputType": "JSON", "ItemsPointer": "/a~1b/list", "MaxItemsPath": "$.most"}
    state = distributed(ItemReader=reader(bucket, "a", **config))
    assert items(sfn, state, {"most": 2}) == [1, 2]
    assert items(sfn, state, {"most": 0}) == [1, 2, 3]


def test_packed_files_that_were_put_together_are_one(sfn, s3, bucket):
    lines = [gzip.compress(b'{"a":%d}\n' % number) for number in range(3)]
    s3.put_object(Bucket=bucket, Key="a.jsonl.gz", Body=b"".join(lines))
    state = distributed(ItemReader=reader(bucket, "a.jsonl.gz", InputType="JSONL"))
    assert items(sfn, state) == [{"a": 0}, {"a": 1}, {"a": 2}]
    s3.put_object(Bucket=bucket, Key="a.jsonl.gz", Body=b"".join(lines)[:-4])
    assert run(sfn, state)["error"] == "States.ItemReaderFailed"


def test_a_version_of_an_object_is_read(sfn, s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=bucket, Key="a", Body="[1]")["VersionId"]
    s3.put_object(Bucket=bucket, Key="a", Body="[2]")
    wanted = reader(bucket, "a", InputType="JSON")
    assert items(sfn, distributed(ItemReader=wanted)) == [2]
    wanted["Parameters"]["VersionId"] = first
    assert items(sfn, distributed(ItemReader=wanted)) == [1]


@pytest.mark.parametrize("kind", ["CSV", "JSON", "PARQUET"])
def test_listed_objects_of_any_kind_are_loaded_and_flattened(sfn, s3, bucket, kind):
    for number in range(3):
        content = {"CSV": f"id\n{number}\n", "JSON": json.dumps([{"id": str(number)}])}.get(kind)
        s3.put_object(Bucket=bucket, Key=f"in/{number}", Body=content or parquet([{"id": number}]))
    config = {"InputType": kind, "Transformation": "LOAD_AND_FLATTEN"}
    config |= {"CSVHeaderLocation": "FIRST_ROW"} if kind == "CSV" else {}
    listing = {
        "Resource": "arn:aws:states:::s3:listObjectsV2",
        "Parameters": {"Bucket": bucket, "Prefix": "in/"},
        "ReaderConfig": config,
    }
    found = items(
        sfn, distributed(ItemReader=listing, ItemSelector={"id.$": "States.Format('{}', $$.Map.Item.Value.id)"})
    )
    assert [item["id"] for item in found] == ["0", "1", "2"]


def test_more_objects_than_a_page_of_the_listing_are_items(sfn, s3, bucket):
    for number in range(5):
        s3.put_object(Bucket=bucket, Key=f"in/{number}", Body=b"")
    listing = {"Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": {"Bucket": bucket, "MaxKeys": 2}}
    assert [item["Key"] for item in items(sfn, distributed(ItemReader=listing))] == [f"in/{n}" for n in range(5)]


@pytest.mark.parametrize("kind", ["CSV", "PARQUET"])
def test_athenas_manifest_leads_to_files_of_any_kind(sfn, s3, bucket, kind):
    for number in range(2):
        s3.put_object(
            Bucket=bucket, Key=f"u/{number}", Body=parquet([{"id": number}]) if kind == "PARQUET" else f"id\n{number}\n"
        )
    s3.put_object(Bucket=bucket, Key="m.csv", Body=f"s3://{bucket}/u/0\ns3://{bucket}/u/1\n")
    config = {"ManifestType": "ATHENA_DATA", "InputType": kind}
    config |= {"CSVHeaderLocation": "FIRST_ROW"} if kind == "CSV" else {}
    found = items(sfn, distributed(ItemReader=reader(bucket, "m.csv", **config)))
    assert [int(item["id"]) for item in found] == [0, 1]


def test_an_item_says_where_it_was_read(sfn, s3, bucket):
    s3.put_object(Bucket=bucket, Key="in/a.csv", Body="id\n1\n")
    s3.put_object(Bucket=bucket, Key="in/b.csv", Body="id\n2\n")
    selector = {"from.$": "$$.Map.Item.Source"}
    state = distributed(
        ItemReader=reader(bucket, "in/a.csv", InputType="CSV", CSVHeaderLocation="FIRST_ROW"), ItemSelector=selector
    )
    assert items(sfn, state) == [{"from": f"S3://{bucket}/in/a.csv"}]
    state["ItemReader"] = listing = {
        "Resource": "arn:aws:states:::s3:listObjectsV2",
        "Parameters": {"Bucket": bucket, "Prefix": "in/"},
    }
    assert items(sfn, state) == [{"from": f"S3://{bucket}"}] * 2
    listing["ReaderConfig"] = {
        "InputType": "CSV",
        "CSVHeaderLocation": "FIRST_ROW",
        "Transformation": "LOAD_AND_FLATTEN",
    }
    assert items(sfn, state) == [{"from": f"S3://{bucket}/in/{name}.csv"} for name in "ab"]
    assert items(sfn, distributed(), '{"a": 1, "b": [2]}') == [{"Key": "a", "Value": 1}, {"Key": "b", "Value": [2]}]
