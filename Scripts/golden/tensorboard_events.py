"""Writes the event files of Tests/ThalwegFormatsTests/Fixtures, and what TensorBoard reads there.

Run with tensorflow, tensorboard, tensorboardX and torch installed:
python3 Scripts/golden/tensorboard_events.py
"""

import math
import pathlib
import shutil
import struct
import tempfile

import ml_dtypes
import numpy
import tensorboard
import tensorboardX
import tensorflow
import torch.utils.tensorboard
from tensorboard.backend.event_processing import event_file_loader, plugin_event_accumulator
from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2, tensor_shape_pb2, types_pb2
from tensorboard.plugins.histogram import metadata as histogram_metadata
from tensorboard.plugins.scalar import metadata as scalar_metadata
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from golden import ROOT, versions, write

FOLDER = ROOT / "Tests" / "ThalwegFormatsTests" / "Fixtures"
START = 1700000000.25


def kept(name, fill):
    """What `fill` writes, under a name of ours: the writers put that of the host into theirs."""
    with tempfile.TemporaryDirectory() as folder:
        fill(folder)
        (written,) = [path for path in pathlib.Path(folder).rglob("*") if path.is_file()]
        target = FOLDER / f"{name}.tfevents"
        shutil.copyfile(written, target)
    print(target, target.stat().st_size, "bytes")
    return target


def summary_writer(kind):
    """The calls that torch's writer and tensorboardX have in common."""

    def fill(folder):
        writer = kind(folder)
        values = numpy.array([-1.5, -0.25, 0.0, 0.5, 0.5, 3.0])
        for step, loss in enumerate([2.5, 0.1, math.nan, math.inf, -math.inf, -0.0]):
            writer.add_scalar("loss/train", loss, step, walltime=START + step)
        writer.add_histogram("weights/größe", values, 7, bins=4, walltime=START + 7)
        writer.add_histogram("weights/default", values + 2, 7, walltime=START + 7)
        writer.add_histogram_raw(
            "weights/raw", min=-2.0, max=2.0, num=5, sum=1.25, sum_squares=6.5,
            bucket_limits=[-1.0, 0.0, 2.0], bucket_counts=[1, 0, 4], global_step=8,
            walltime=START + 8,
        )
        writer.add_text("note", "two\nlines", 9, walltime=START + 9)
        writer.add_scalar("loss/late", 1e-40, 2**40, walltime=START + 10)
        writer.add_scalar("loss/before", 1.0, -1, walltime=START + 11)
        if kind is torch.utils.tensorboard.SummaryWriter:
            writer.add_scalar("new", 0.1, 3, walltime=START, new_style=True)
            writer.add_scalar(
                "new/double", torch.tensor(0.1, dtype=torch.float64), 3, walltime=START,
                new_style=True, double_precision=True,
            )
            writer.add_tensor("vector", torch.tensor([1.0, 2.0]), 4, walltime=START)
            writer.add_image("picture", numpy.zeros((1, 2, 2), dtype=numpy.uint8), 5, START)
        writer.close()

    return fill


def tensorflow_2(folder):
    with tensorflow.summary.create_file_writer(folder).as_default():
        for step in range(3):
            tensorflow.summary.scalar("loss", 0.1 * step, step=step)
        numbers = tensorflow.constant([-1.5, -0.25, 0.0, 0.5, 0.5, 3.0])
        tensorflow.summary.histogram("weights", numbers, step=3, buckets=4)
        tensorflow.summary.histogram("constant", numbers * 0 + 2, step=3, buckets=3)
        tensorflow.summary.histogram("nothing", numbers[:0], step=3, buckets=3)
        tensorflow.summary.histogram("no buckets", numbers, step=3, buckets=0)
        tensorflow.summary.histogram("not a number", numbers / 0, step=3, buckets=3)
        tensorflow.summary.text("note", "a text", step=4)
        tensorflow.summary.image("picture", numpy.zeros((1, 2, 2, 1)), step=5)


def tensorflow_1(folder):
    """Its writer leaves the metadata out of all but the first value of a tag."""
    v1 = tensorflow.compat.v1
    with tensorflow.Graph().as_default() as graph, v1.Session() as session:
        fed = v1.placeholder(tensorflow.float32, [6])
        v1.summary.scalar("mean", tensorflow.reduce_mean(fed))
        v1.summary.histogram("values", fed)
        v1.summary.tensor_summary("raw", fed)
        merged = v1.summary.merge_all()
        writer = v1.summary.FileWriter(folder, graph)
        writer.add_session_log(v1.SessionLog(status=v1.SessionLog.START), 0)
        for step in range(3):
            numbers = [-1.5, -0.25, 0.0, 0.5, 0.5, 3.0 * step]
            writer.add_summary(session.run(merged, {fed: numbers}), step)
            summary = v1.Summary()
            value = summary.value.add(tag="late/metadata")
            value.tensor.CopyFrom(tensorflow.make_tensor_proto(0.5 * step))
            value.metadata.plugin_data.plugin_name = "scalars"
            writer.add_summary(summary, step)
        writer.close()


NUMBERS = {
    "DT_FLOAT": numpy.float32, "DT_DOUBLE": numpy.float64, "DT_HALF": numpy.float16,
    "DT_BFLOAT16": ml_dtypes.bfloat16, "DT_INT8": numpy.int8, "DT_INT16": numpy.int16,
    "DT_INT32": numpy.int32, "DT_INT64": numpy.int64, "DT_UINT8": numpy.uint8,
    "DT_UINT16": numpy.uint16, "DT_UINT32": numpy.uint32, "DT_UINT64": numpy.uint64,
}
LISTS = {
    "DT_FLOAT": "float_val", "DT_DOUBLE": "double_val", "DT_HALF": "half_val",
    "DT_BFLOAT16": "half_val", "DT_INT64": "int64_val", "DT_UINT32": "uint32_val",
    "DT_UINT64": "uint64_val",
}


def tensor(type_name, numbers, shape, in_list):
    array = numpy.array(numbers).astype(NUMBERS[type_name])
    proto = tensor_pb2.TensorProto(
        dtype=types_pb2.DataType.Value(type_name),
        tensor_shape=tensor_shape_pb2.TensorShapeProto(
            dim=[tensor_shape_pb2.TensorShapeProto.Dim(size=size) for size in shape]
        ),
    )
    if in_list:
        if LISTS.get(type_name) == "half_val":
            array = array.view(numpy.uint16)
        getattr(proto, LISTS.get(type_name, "int_val")).extend(array.tolist())
    else:
        proto.tensor_content = array.tobytes()
    return proto


def tensors(folder):
    """Scalars and histograms of every type, in both forms, through TensorBoard's own writer."""
    writer = EventFileWriter(folder)
    scalar = scalar_metadata.create_summary_metadata("", "")
    histogram = histogram_metadata.create_summary_metadata("", "")

    def add(tag, metadata, proto, step):
        value = summary_pb2.Summary.Value(tag=tag, metadata=metadata, tensor=proto)
        summary = summary_pb2.Summary(value=[value])
        writer.add_event(event_pb2.Event(wall_time=START, step=step, summary=summary))

    for type_name in NUMBERS:
        top = 200 if type_name.startswith("DT_U") else 100
        lowest = 3 if type_name.startswith("DT_U") else -3
        rows = [lowest, 7, 1, 7, 10, 0, 10, top, 5]
        for in_list in [False, True]:
            form = "list" if in_list else "content"
            add(f"{type_name}/{form}", scalar, tensor(type_name, [lowest], [], in_list), 1)
            add(f"{type_name}/{form}/rows", histogram, tensor(type_name, rows, [3, 3], in_list), 2)
    for number in [6e-8, 3e-5, 65504, math.inf, -math.inf, math.nan, -0.0, 1.0 / 3]:
        for type_name in ["DT_HALF", "DT_BFLOAT16"]:
            add(f"{type_name}/{number}", scalar, tensor(type_name, [number], [], False), 3)
    add("one row", scalar, tensor("DT_FLOAT", [0.5], [1, 1], True), 4)
    add("zeros", histogram, tensor("DT_DOUBLE", [0], [4, 3], True), 5)
    add("padded", histogram, tensor("DT_DOUBLE", [1, 2, 2], [4, 3], True), 5)
    add("empty", histogram, tensor("DT_FLOAT", [], [2, 3], True), 5)
    add("gap", histogram, tensor("DT_FLOAT", [0, 1, 5, 2, 3, 5], [2, 3], True), 5)
    add("two numbers", scalar, tensor("DT_FLOAT", [1, 2], [2], True), 5)
    writer.close()


def frames(path):
    """Where each record begins, from the lengths alone."""
    content = path.read_bytes()
    place = 0
    while place < len(content):
        yield place
        place += struct.unpack_from("<Q", content, place)[0] + 16


def number(value):
    value = float(value)
    names = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
    return names.get(str(value), value)


def plain(values):
    return [number(value) for value in values]


def read_value(value, plugins):
    plugin = plugins.get(value.tag)
    if value.WhichOneof("value") == "histo":
        histo = value.histo
        figures = {"min": histo.min, "max": histo.max, "count": histo.num, "sum": histo.sum,
                   "sum_of_squares": histo.sum_squares}
        return {
            "kind": "histogram", "tag": value.tag,
            **{name: number(figure) for name, figure in figures.items()},
            "upper": plain(histo.bucket_limit), "counts": plain(histo.bucket),
        }
    if value.WhichOneof("value") == "simple_value":
        return {"kind": "scalar", "tag": value.tag, "value": number(value.simple_value)}
    if plugin == "scalars" and value.tag != "two numbers":
        array = tensorflow.make_ndarray(value.tensor)
        return {"kind": "scalar", "tag": value.tag, "value": number(array.item())}
    if plugin == "histograms" and value.tag != "gap":
        array = tensorflow.make_ndarray(value.tensor).astype(float)
        return {
            "kind": "histogram", "tag": value.tag, "lower": plain(array[:, 0]),
            "upper": plain(array[:, 1]), "counts": plain(array[:, 2]),
        }
    return {"kind": "other", "tag": value.tag, "plugin": plugin or None}


def read(path):
    """The events as TensorBoard's loader gives them, the plugins as its accumulator does."""
    accumulator = plugin_event_accumulator.EventAccumulator(str(path))
    accumulator.Reload()
    plugins = {
        tag: accumulator.SummaryMetadata(tag).plugin_data.plugin_name
        for tag in accumulator.Tags()["tensors"]
    }
    events = []
    loaded = list(event_file_loader.LegacyEventFileLoader(str(path)).Load())
    for offset, event in zip(frames(path), loaded, strict=True):
        what = event.WhichOneof("what")
        events.append(
            {
                "offset": offset,
                "step": event.step,
                "wall_time": event.wall_time,
                "version": event.file_version if what == "file_version" else None,
                "unread": None if what in ["summary", "file_version"] else what,
                "values": [read_value(value, plugins) for value in event.summary.value],
            }
        )
    return {"name": path.name, "events": events}


def main():
    FOLDER.mkdir(exist_ok=True)
    cases = [
        kept("torch", summary_writer(torch.utils.tensorboard.SummaryWriter)),
        kept("tensorboardx", summary_writer(tensorboardX.SummaryWriter)),
        kept("tensorflow2", tensorflow_2),
        kept("tensorflow1", tensorflow_1),
        kept("tensors", tensors),
    ]
    packages = {
        "tensorboard": tensorboard.__version__,
        "tensorboardX": tensorboardX.__version__,
        "tensorflow": tensorflow.__version__,
    }
    content = {"versions": {**versions(), **packages}, "cases": [read(path) for path in cases]}
    write("ThalwegFormatsTests", "tensorboard_events", content)


main()
