"""A distributed Map compiled: its reader, batcher and writer, its limits, and the state machine of its children."""

import hashlib
import uuid
from collections.abc import Mapping

from asl import json_text
from asl.definition import DataCall, DistributedMap
from asl.fields import JSONATA, JSONPATH
from asl.item_batches import compile_batcher
from asl.item_reader import compile_config
from asl.json_types import JSON
from asl.jsonata_flow import compile_query
from asl.scope import Query
from asl.template import compile_template
from asl.tolerance import compile_tolerance


def processor_of(definition: Mapping[str, JSON]) -> Mapping[str, JSON]:
    processor: Mapping[str, JSON] = (
        definition["ItemProcessor"] if "ItemProcessor" in definition else definition["Iterator"]
    )
    return processor


def compile_distributed(
    definition: Mapping[str, JSON],
    *,
    machine_language: str,
    is_jsonata: bool,
    items: Query,
    selector: Query | None,
    concurrency: Query,
) -> DistributedMap:
    """``machine_language`` is the whole machine's, which its children take over."""
    processor = processor_of(definition)
    text = _machine_text(processor, machine_language)
    return DistributedMap(
        label=definition.get("Label") or _label(text),
        definition=text,
        execution_type=processor["ProcessorConfig"]["ExecutionType"],
        items=items,
        reader=_call(definition, "ItemReader", "ReaderConfig", is_jsonata=is_jsonata),
        item_selector=selector,
        selector_definition=definition.get("ItemSelector", definition.get("Parameters")),
        language=JSONATA if is_jsonata else JSONPATH,
        batcher=compile_batcher(definition, is_jsonata=is_jsonata) if "ItemBatcher" in definition else None,
        writer=_call(definition, "ResultWriter", "WriterConfig", is_jsonata=is_jsonata),
        max_concurrency=concurrency,
        tolerance=compile_tolerance(definition, is_jsonata=is_jsonata),
    )


def _machine_text(processor: Mapping[str, JSON], language: str) -> str:
    machine = {field: value for field, value in processor.items() if field not in ("ProcessorConfig", "QueryLanguage")}
    return json_text.dumps(machine if language == JSONPATH else {"QueryLanguage": language, **machine})


def _label(text: str) -> str:
    """Of a state that has none: the same for all Map Runs of one definition, so that children have one ARN."""
    return str(uuid.UUID(bytes=hashlib.sha256(text.encode()).digest()[:16], version=4))


def _call(definition: Mapping[str, JSON], field: str, config: str, *, is_jsonata: bool) -> DataCall | None:
    if field not in definition:
        return None
    call = definition[field]
    data = call.get("Arguments" if is_jsonata else "Parameters")
    parameters = None
    if data is not None:
        parameters = compile_query(data, f"{field}/Arguments") if is_jsonata else compile_template(data)
    return DataCall(
        resource=call.get("Resource"),
        parameters=parameters,
        config=compile_config(call.get(config, {}), is_jsonata=is_jsonata),
    )
