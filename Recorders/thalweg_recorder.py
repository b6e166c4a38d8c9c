# SPDX-License-Identifier: Apache-2.0
"""Records what each training step of a PyTorch model does to its gradients, for `thalweg diagnose`.

    from thalweg_recorder import Recorder

    rec = Recorder(model, optimizer, "runs/x")
    for x, y in batches:
        optimizer.zero_grad()
        recon, kl = losses(model(x), y)
        with rec.step(terms={"recon": recon, "kl": kl}):
            (recon + kl).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
    rec.close()

`rec.attach()` in place of the `with` takes the same from hooks alone, without terms unless
`rec.terms(...)` names them. `ThalwegCallback` is for transformers' Trainer,
`ThalwegLightningCallback` for Lightning's. What is written is in Docs/recorder.md of Thalweg.

Training is the same to the last bit with and without it: it draws no random number, writes to no
tensor of yours and leaves nothing behind when it is closed. One thread, one optimizer, one process:
of several ranks the first records.
"""

from __future__ import annotations

import atexit
import collections
import functools
import inspect
import json
import math
import os
import sys
import time
import types
import weakref
from typing import Any, Callable, Iterable, Iterator, Mapping, Sequence, Union

import torch
from torch import Tensor, nn
from torch.nn.modules import module as _modules
from torch.nn.parameter import is_lazy
from torch.utils._python_dispatch import is_traceable_wrapper_subclass

FORMAT = 1
FILE = "records.jsonl"
COLUMNS = ("state", "norm_before_clip", "norm_after_clip", "zero_share", "parameter_norm",
           "update_norm")

# A pass over all gradients, let alone over the parameters too, costs 5 to 10 % of the step of a
# perceptron at batch 32. So of tensors larger than WHOLE entries on a CPU about SAMPLE are looked
# at, in runs of RUN: short ones, because the entries of one row are much alike.
SAMPLE = 4096
RUN = 16
WHOLE = 65536
# Outputs of modules that are remembered until their step is written.
CALLS = 4096
FLUSH_BYTES = 1 << 16
FLUSH_SECONDS = 1.0
NAMED_TENSORS = 8

# Stands where a gradient is said not to exist; None stands for "not recorded".
ABSENT = "none"
Figure = Union[float, str, None]


# JSON ---------------------------------------------------------------------------------------------


def _number(value: Figure) -> str:
    """A figure of a table as strict JSON, with the seven digits that a float32 holds."""
    if value is None:
        return "null"
    if value == ABSENT:
        return '"none"'
    return "%.7g" % value if math.isfinite(value) else f'"{_not_finite(value)}"'


def _cells(row: tuple[Figure, ...]) -> str:
    try:
        if math.isfinite(sum(row)):  # the usual row: numbers alone
            return "%.7g,%.7g,%.7g,%.7g,%.7g" % row
    except TypeError:
        pass
    return ",".join(map(_number, row))


def _not_finite(value: float) -> str:
    if value != value:
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _strict(value: Any) -> Any:
    """`value` with the numbers that JSON lacks as texts."""
    if isinstance(value, float) and not math.isfinite(value):
        return _not_finite(value)
    if isinstance(value, dict):
        return {key: _strict(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_strict(entry) for entry in value]
    return value


_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


def _json(value: Any) -> str:
    try:
        return _encode(value)
    except ValueError:  # it holds a number that JSON lacks
        return _encode(_strict(value))


class _Lines:
    """A file of whole lines: what waits is written line by line, never a part of one."""

    def __init__(self, path: str, append: bool):
        self.path = path
        self.bytes_written = 0
        self._waiting: list[bytes] = []
        self._size = 0
        self._process = os.getpid()
        self._flushed = time.monotonic()
        flags = os.O_RDWR | os.O_CREAT | (0 if append else os.O_EXCL)
        try:
            self._file = os.open(path, flags, 0o666)
        except FileExistsError:
            raise FileExistsError(
                f"{path} is there already; name another folder, or pass append=True to go on in it"
            ) from None
        self._cut()

    def is_mine(self) -> bool:
        """Whether this is the process that opened the file; a forked child has it too."""
        return os.getpid() == self._process

    def write(self, line: str) -> None:
        data = line.encode() + b"\n"
        self._waiting.append(data)
        self._size += len(data)
        if self._size >= FLUSH_BYTES or time.monotonic() - self._flushed >= FLUSH_SECONDS:
            self.flush()

    def flush(self) -> None:
        # In a forked child, what waits is the parent's to write.
        rest = b"".join(self._waiting) if self.is_mine() else b""
        self._size = 0
        self._flushed = time.monotonic()
        while rest:
            count = os.write(self._file, rest)
            self.bytes_written += count
            rest = rest[count:]
            self._waiting = [rest]  # whoever interrupts this program leaves it here
        self._waiting = []

    def abandon(self) -> None:
        """Leaves the whole lines that are written, and forgets the others."""
        self._waiting = []
        if self.is_mine():
            self._cut()

    def close(self) -> None:
        try:
            self.flush()
        finally:
            os.close(self._file)

    def _cut(self) -> None:
        """Takes away what stands behind the last whole line, and goes on there."""
        whole = _whole_lines(self._file)
        if whole != os.lseek(self._file, 0, os.SEEK_END):
            os.ftruncate(self._file, whole)
        os.lseek(self._file, whole, os.SEEK_SET)


def _whole_lines(file: int) -> int:
    """The bytes of `file` up to the end of its last whole line; a killed run may have cut one."""
    end = os.lseek(file, 0, os.SEEK_END)
    while end > 0:
        start = max(0, end - FLUSH_BYTES)
        os.lseek(file, start, os.SEEK_SET)
        found = os.read(file, end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


# Figures of tensors -------------------------------------------------------------------------------


_READABLE = (torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.complex64,
             torch.complex128)


def _is_readable(tensor: Tensor) -> bool:
    """Whether norms can be taken of it: numbers of an ordinary kind that lie somewhere."""
    return (tensor.dtype in _READABLE and tensor.device.type != "meta" and not is_lazy(tensor)
            and not is_traceable_wrapper_subclass(tensor))


def _is_plain(tensor: Tensor) -> bool:
    """Whether it has a place in memory where its entries lie."""
    return _is_readable(tensor) and tensor.layout is torch.strided


def _version(tensor: Tensor) -> int:
    """How often it was written to; tensors made in inference mode do not count that."""
    return 0 if tensor.is_inference() else tensor._version


def _is_dense(tensor: Tensor) -> bool:
    """Whether the entries fill one stretch of memory, in any order that is usual."""
    if tensor.is_contiguous():
        return True
    if tensor.dim() == 2:
        return tensor.t().is_contiguous()
    if tensor.dim() == 4:
        return tensor.is_contiguous(memory_format=torch.channels_last)
    return tensor.dim() == 5 and tensor.is_contiguous(memory_format=torch.channels_last_3d)


@functools.lru_cache(maxsize=1024)  # sparse gradients have another size in each step
def _runs(count: int, width: int, most: int) -> tuple[int, int, int]:
    """How many runs of entries to take from `count`, how far apart, and where to start.

    Each lies in one line of the cache. They drift through the columns of rows of `width`: a
    distance of whole rows would see a few columns alone.
    """
    runs = most // RUN
    distance = count // runs // RUN * RUN - RUN
    if not RUN <= distance % width <= width - RUN:
        distance -= RUN
    return runs, distance, (count - (runs - 1) * distance - RUN) // 2 // RUN * RUN


def _sample(tensor: Tensor, most: int | None) -> Tensor:
    """A view of about `most` entries, `[runs, RUN]`; the tensor itself where it is not large."""
    count = tensor.numel()
    if most is None or count <= max(WHOLE, 8 * most) or not _is_dense(tensor):
        return tensor
    runs, distance, start = _runs(count, count // tensor.shape[0], most)
    return tensor.as_strided((runs, RUN), (distance, 1), tensor.storage_offset() + start)


class _Buffer:
    """Copies of samples in memory that is kept from step to step: new memory would be cut out of
    what the training has just freed, and a gradient that fitted there would no longer."""

    def __init__(self) -> None:
        self.form: list[Any] | None = None

    def take(self, views: Sequence[Tensor]) -> list[Tensor]:
        """The views' entries as they are now, in tensors that the next call writes over."""
        form = [(view.shape, view.dtype, view.device) for view in views]
        if form != self.form:
            self._make(form)
        if self._alone:
            torch._foreach_copy_([self._copies[n] for n in self._alone],
                                 [views[n] for n in self._alone])
        # One call for all that are alike: a call whose code and data have left the caches since the
        # last step costs more than what it copies.
        for places, together in self._alike:
            torch.stack([views[n] for n in places], out=together)
        return self._copies

    def _make(self, form: list[Any]) -> None:
        self.form = form
        alike: dict[Any, list[int]] = {}
        self._alone = [n for n, (shape, _, _) in enumerate(form) if shape[1:] != (RUN,)]
        for n, entry in enumerate(form):
            if entry[0][1:] == (RUN,):
                alike.setdefault(entry, []).append(n)
        self._copies = [torch.empty(()) for _ in form]
        self._alike = []
        for n in self._alone:
            shape, dtype, device = form[n]
            self._copies[n] = torch.empty(shape, dtype=dtype, device=device)
        for (shape, dtype, device), places in alike.items():
            together = torch.empty((len(places), *shape), dtype=dtype, device=device)
            self._alike.append((places, together))
            for n, copy in zip(places, together):
                self._copies[n] = copy


def _half(most: int | None) -> int | None:
    """The sample of a parameter: smaller, because its entries differ less than a gradient's."""
    return None if most is None else max(RUN, most // 2)


def _entries(gradient: Tensor) -> Tensor | None:
    """What a norm is taken of: the gradient, or the entries of a sparse one; None: not known."""
    if not _is_readable(gradient):
        return None
    if gradient.layout is torch.strided:
        return gradient.detach()
    if gradient.layout is torch.sparse_coo:
        return gradient.detach().coalesce().values()
    return None


def _norms(tensors: Sequence[Tensor]) -> list[Tensor]:
    """The Euclidean norm of each, as scalars on their devices."""
    found: list[Tensor | None] = []
    rest: list[Tensor] = []
    for tensor in tensors:
        if tensor.dtype not in (torch.float32, torch.float64):
            wide = None if tensor.is_complex() else torch.float32
            found.append(torch.linalg.vector_norm(tensor, dtype=wide))
        elif tensor.numel() >= WHOLE and tensor.is_contiguous():
            # A product with itself is faster than a norm, and as exact.
            flat = tensor.view(-1)
            found.append(torch.dot(flat, flat).sqrt_())
        else:
            found.append(None)
            rest.append(tensor)
    others = iter(torch._foreach_norm(rest) if rest else ())
    return [next(others) if norm is None else norm for norm in found]


def _exact_norm(entries: Tensor, found: float | None = None) -> float:
    """The norm over all entries: `found`, looked at again where squares under- or overflowed."""
    if found is None:
        found = _norms([entries])[0].item()
    if found == 0 and torch.count_nonzero(entries).item() == 0:
        return 0.0
    if found == 0 or found == math.inf:
        wide = torch.complex128 if entries.is_complex() else torch.float64
        return torch.linalg.vector_norm(entries.to(wide)).item()
    return found


def _length(values: Iterable[float]) -> float:
    """The norm of a vector whose parts have these norms."""
    values = list(values)
    return math.nan if any(v != v for v in values) else math.hypot(*values)


def _float(value: Any) -> float | None:
    if value is None:
        return None
    return float(value.detach() if isinstance(value, Tensor) else value)


def _setting(value: Any) -> float | None:
    """A setting of somebody's class as a number; None: it is none."""
    try:
        return _float(value)
    except (TypeError, ValueError, RuntimeError):
        return None


def _is_bad(value: Figure) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


class _Fetch:
    """Figures that still lie on their devices, brought here together: each call of torch whose code
    has left the caches since the last step costs more than what it computes."""

    def __init__(self) -> None:
        self._scalars: list[tuple[list[float], Sequence[Tensor]]] = []
        self._counts: list[tuple[list[float], Sequence[Tensor]]] = []
        self._normed: list[tuple[list[float], Sequence[Tensor]]] = []

    def add(self, scalars: Sequence[Tensor]) -> list[float]:
        """A list that holds the numbers after `read`."""
        numbers: list[float] = []
        self._scalars.append((numbers, scalars))
        return numbers

    def counts(self, counts: Sequence[Tensor]) -> list[float]:
        """The same for whole numbers, which floats would round."""
        numbers: list[float] = []
        self._counts.append((numbers, counts))
        return numbers

    def value(self, value: Any) -> list[float | None]:
        """A list that holds the one number after `read`, which may be one already."""
        is_far = isinstance(value, Tensor) and value.is_floating_point()
        return self.add([value]) if is_far else [_float(value)]

    def norms(self, tensors: Sequence[Tensor]) -> list[float]:
        """A list that holds the norms of all entries after `read`."""
        numbers: list[float] = []
        self._normed.append((numbers, tensors))
        return numbers

    def read(self) -> None:
        if self._normed:
            norms = _norms([t for _, tensors in self._normed for t in tensors])
            for numbers, tensors in self._normed:
                self._scalars.append((numbers, norms[:len(tensors)]))
                del norms[:len(tensors)]
        for wanted in (self._scalars, self._counts):
            read = self._numbers([scalar for _, scalars in wanted for scalar in scalars])
            for numbers, scalars in wanted:
                numbers += read[:len(scalars)]
                del read[:len(scalars)]
        self._scalars, self._counts, self._normed = [], [], []

    def _numbers(self, scalars: list[Tensor]) -> list[float]:
        if not scalars:
            return []
        try:
            return torch.stack(scalars).tolist()
        except RuntimeError:  # they lie on several devices
            return torch.stack([scalar.cpu().double() for scalar in scalars]).tolist()


def _read(scalars: Sequence[Tensor]) -> list[float]:
    fetch = _Fetch()
    numbers = fetch.add(scalars)
    fetch.read()
    return numbers


def _exact_norms(tensors: Sequence[Tensor], found: Sequence[float]) -> list[float]:
    return [_exact_norm(tensor, norm) for tensor, norm in zip(tensors, found)]


class _Look:
    """The gradients of some parameters at one moment.

    places: which parameters of the roster; is_whole: looks at all entries of large ones too;
    buffer: where samples are copied to.
    """

    def __init__(self, parameters: Sequence[Tensor], places: Iterable[int], most: int | None,
                 is_whole: bool, buffer: _Buffer):
        found = [(n, g) for n in places if (g := parameters[n].grad) is not None]
        entries = [_entries(g) for _, g in found]
        self.unreadable = [n for (n, _), e in zip(found, entries) if e is None]
        # How many entries zeros are counted in, with those that a sparse gradient leaves out.
        self._counted = [g.numel() if g.is_sparse else None
                         for (_, g), e in zip(found, entries) if e is not None]
        self.places = [n for (n, _), e in zip(found, entries) if e is not None]
        self._entries = [e for e in entries if e is not None]
        # Where a pass costs nothing beside the step, all entries are looked at.
        views = [_sample(e, most) if e.device.type == "cpu" else e for e in self._entries]
        self.is_sampled = [view is not e for view, e in zip(views, self._entries)]
        self._large = [i for i, is_sampled in enumerate(self.is_sampled) if is_sampled]
        for i, copy in zip(self._large, buffer.take([views[i] for i in self._large])):
            views[i] = copy
        self._samples = views
        self._looks_at_all = is_whole
        self.is_whole = is_whole or not self._large

    def _normed(self) -> list[Tensor]:
        """What norms are taken of: the samples, and all entries of what is sampled."""
        wholes = [self._entries[i] for i in self._large] if self._looks_at_all else []
        return self._samples + wholes

    def fetch(self, fetch: _Fetch) -> None:
        self._read = fetch.norms(self._normed())
        self._nonzeros = fetch.counts([torch.count_nonzero(s) for s in self._samples])

    def fetch_norms_then(self) -> Callable[[_Fetch], None]:
        """Takes norms now, of gradients that will be written to."""
        norms = _norms(self._normed())

        def fetch(fetch: _Fetch) -> None:
            self._read = fetch.add(norms)

        return fetch

    def norms_then(self) -> dict[int, float | None]:
        """By place the norm, of gradients that may have been written to since; None: not known."""
        wholes = iter(self._read[len(self.places):])
        found: dict[int, float | None] = dict.fromkeys((*self.places, *self.unreadable))
        for i, (place, norm) in enumerate(zip(self.places, self._read)):
            if self.is_sampled[i] and self._looks_at_all:
                found[place] = next(wholes)
            elif norm != 0 or not self.is_sampled[i]:
                found[place] = norm * self._factor(i)
        return found

    def norms(self, is_doubtful: bool) -> dict[int, float]:
        """By place the norm, from all entries where it is known, else from the sample.

        is_doubtful: the samples are not to be trusted.
        """
        wholes = iter(self._read[len(self.places):])
        found: dict[int, float] = {}
        for i, (place, norm) in enumerate(zip(self.places, self._read)):
            if self.is_sampled[i] and self._looks_at_all:
                found[place] = _exact_norm(self._entries[i], next(wholes))
            elif self.is_sampled[i] and (is_doubtful or norm == 0):
                found[place] = self.exact_norm(i)
            else:
                found[place] = _exact_norm(self._samples[i], norm) * self._factor(i)
        return found

    def exact_norm(self, index: int) -> float:
        return _exact_norm(self._entries[index])

    def has_bad_norm(self) -> bool:
        return not all(map(math.isfinite, self._read))

    def _factor(self, index: int) -> float:
        if not self.is_sampled[index]:
            return 1.0
        return math.sqrt(self._entries[index].numel() / self._samples[index].numel())

    def zero_shares(self, norms: Mapping[int, float]) -> Iterator[tuple[int, float | None]]:
        """By place the share of entries that are exactly 0; None: the sample tells nothing."""
        for i, (place, nonzero) in enumerate(zip(self.places, self._nonzeros)):
            entries = self._counted[i] or self._samples[i].numel()
            is_known = entries and (nonzero or norms[place] == 0)
            yield place, 1 - nonzero / entries if is_known else None


class _Samples:
    """Entries of the parameters, copied step after step."""

    def __init__(self, parameters: Sequence[Tensor], most: int | None):
        self._most = _half(most)
        self._parameters = [(n, p) for n, p in enumerate(parameters) if _is_plain(p)]
        self._count = len(parameters)
        self._where: list[tuple[int, int]] | None = None
        # The copies that are asked for now, and those of the time before.
        self._buffers = [_Buffer(), _Buffer()]

    def take(self) -> "_Snapshot":
        """The entries as they are now; a copy lasts until the next but one."""
        where = [(p.data_ptr(), p.numel()) for _, p in self._parameters]
        if where != self._where:  # a parameter moved in memory
            if any(count > 0 and not pointer for pointer, count in where):
                raise ValueError("a parameter's memory was taken away")
            self._where = where
            self._views = [_sample(p.detach(), self._most) for _, p in self._parameters]
            self._factors = [math.sqrt(p.numel() / v.numel()) if v.numel() < p.numel() else 1.0
                             for (_, p), v in zip(self._parameters, self._views)]
        self._buffers.reverse()
        copies = self._buffers[0].take(self._views)
        versions = [_version(p) for _, p in self._parameters]
        return _Snapshot(copies, versions, self._buffers[0].form)

    def norms(self, snapshot: "_Snapshot", fetch: _Fetch) -> Callable[[], list[float | None]]:
        """Gives the norm of each parameter after `read`; None for one that cannot be read."""
        norms = fetch.norms(snapshot.copies)
        return lambda: self._placed(_exact_norms(snapshot.copies, norms))

    def changes(self, before: "_Snapshot", now: "_Snapshot",
                fetch: _Fetch) -> Callable[[], list[float | None]]:
        """Gives the norm of what each parameter changed by; `before` is used up."""
        if before.form != now.form:  # of another precision, or elsewhere
            return lambda: [None] * self._count
        if self._parameters:
            torch._foreach_sub_(before.copies, now.copies)
        norms = fetch.norms(before.copies)

        def changed() -> list[float | None]:
            moved: list[float | None] = list(_exact_norms(before.copies, norms))
            for i, (old, new) in enumerate(zip(before.versions, now.versions)):
                # Written to, and no entry of the sample moved: that tells nothing of the others.
                if moved[i] == 0 and old != new and self._factors[i] > 1:
                    moved[i] = None
            return self._placed(moved)

        return changed

    def _placed(self, norms: Sequence[float | None]) -> list[float | None]:
        placed: list[float | None] = [None] * self._count
        for (n, _), norm, factor in zip(self._parameters, norms, self._factors):
            placed[n] = None if norm is None else norm * factor
        return placed


class _Snapshot:
    """Entries of the parameters at one moment, and how often each had been written to."""

    def __init__(self, copies: list[Tensor], versions: list[int], form: list[Any] | None):
        self.copies = copies
        self.versions = versions
        self.form = form


# What happens between forward and update ----------------------------------------------------------

_listeners: list["Recorder"] = []
_in_clip = False


class _Tap:
    """Stands before a function of torch while somebody listens."""

    def __init__(self, take: Callable[[], Any], put: Callable[[Any], None],
                 watched: Callable[[Callable], Callable]):
        self._take = take
        self._put = put
        self._make = watched
        self._stand_before(take())

    def _stand_before(self, function: Callable) -> None:
        self._original = function
        self._watched = functools.wraps(function)(self._make(function))

    def open(self) -> None:
        function = self._take()
        if function is not self._original:  # somebody else stands here by now, and is called too
            self._stand_before(function)
        self._put(self._watched)

    def close(self) -> None:
        # What another put before ours stays; ours hands on without a listener.
        if self._take() is self._watched:
            self._put(self._original)


def _attribute(owner: Any, name: str, watched: Callable[[Callable], Callable]) -> _Tap:
    return _Tap(lambda: getattr(owner, name), lambda f: setattr(owner, name, f), watched)


def _clip(name: str) -> _Tap:
    """Watches a clipping function, also where a program imported it by its name long ago.

    torch wraps these functions in one that turns gradients off; what that one calls is exchanged,
    so that every reference to it is watched. Without such a wrapper the attribute is.
    """
    watched = functools.partial(_watched_clip, name)
    function = getattr(nn.utils, name)
    free = getattr(getattr(function, "__code__", None), "co_freevars", ())
    if "func" not in free:
        return _attribute(nn.utils, name, watched)
    cell = function.__closure__[free.index("func")]
    return _Tap(lambda: cell.cell_contents, lambda f: setattr(cell, "cell_contents", f), watched)


@functools.cache
def _taps() -> list[_Tap]:
    scaler = getattr(torch.amp, "GradScaler", None) or torch.cuda.amp.GradScaler
    clips = ("clip_grad_norm_", "clip_grad_value_", "clip_grads_with_norm_")
    return [
        *(_clip(name) for name in clips if hasattr(nn.utils, name)),
        _attribute(torch.autograd, "backward", _watched_backward),
        _attribute(scaler, "scale", _watched_scale),
        _attribute(scaler, "unscale_", _watched_unscale),
        _attribute(scaler, "step", _watched_scaler_step),
    ]


def _listen(recorder: "Recorder") -> None:
    """Tells `recorder` of backward passes, clipping and scaling from now on."""
    if not _listeners:
        for tap in _taps():
            tap.open()
    _listeners.append(recorder)


def _leave(recorder: "Recorder") -> None:
    _listeners.remove(recorder)
    if not _listeners:
        for tap in reversed(_taps()):
            tap.close()


def _watched_clip(name: str, original: Callable) -> Callable:
    names = list(inspect.signature(original).parameters)

    def clip(parameters: Any, *args: Any, **kwargs: Any) -> Any:
        global _in_clip
        if _in_clip:  # one of these functions may call another
            return original(parameters, *args, **kwargs)
        if isinstance(parameters, Tensor):
            given = [parameters]
        else:
            is_generator = isinstance(parameters, types.GeneratorType)
            given = list(parameters)
            parameters = (p for p in given) if is_generator else given
        settings = {**dict(zip(names[1:], args)), **kwargs}
        clips = [(r, r._clip_begins(name, given, settings)) for r in list(_listeners)]
        _in_clip = True
        try:
            with _CaughtNorms() as caught:
                result = original(parameters, *args, **kwargs)
        finally:
            _in_clip = False
        for recorder, begun in clips:
            if begun is not None:
                recorder._clip_ended(begun, result, caught.found)
        return result

    return clip


class _CaughtNorms:
    """Keeps the norms that clipping takes of each tensor, so that nobody takes them twice."""

    def __enter__(self) -> "_CaughtNorms":
        self.found: list[tuple[Tensor, Tensor]] = []
        self._original = torch._foreach_norm

        def caught(tensors: Sequence[Tensor], ord: Any = 2, *args: Any, **kwargs: Any) -> Any:
            norms = self._original(tensors, ord, *args, **kwargs)
            if ord == 2:
                self.found += zip(tensors, norms)
            return norms

        torch._foreach_norm = caught
        return self

    def __exit__(self, *_: Any) -> None:
        torch._foreach_norm = self._original


def _watched_backward(original: Callable) -> Callable:
    def backward(tensors: Any, *args: Any, **kwargs: Any) -> Any:
        listeners = list(_listeners)
        for recorder in listeners:
            recorder._backward_begins(tensors)
        try:
            return original(tensors, *args, **kwargs)
        finally:
            for recorder in listeners:
                recorder._backward_ended()

    return backward


def _watched_scale(original: Callable) -> Callable:
    def scale(scaler: Any, outputs: Any) -> Any:
        scaled = original(scaler, outputs)
        for recorder in list(_listeners):
            recorder._scaled(scaler)
        return scaled

    return scale


def _watched_unscale(original: Callable) -> Callable:
    def unscale_(scaler: Any, optimizer: Any) -> Any:
        for recorder in list(_listeners):
            recorder._unscale_begins(scaler, optimizer)
        return original(scaler, optimizer)

    return unscale_


def _watched_scaler_step(original: Callable) -> Callable:
    def step(scaler: Any, optimizer: Any, *args: Any, **kwargs: Any) -> Any:
        listeners = list(_listeners)
        for recorder in listeners:
            recorder._scaler_step_begins(scaler, optimizer)
        result = original(scaler, optimizer, *args, **kwargs)
        for recorder in listeners:
            recorder._scaler_step_ended()
        return result

    return step


# Parameters and modules ---------------------------------------------------------------------------


class _Roster:
    """The parameters of the model by path, and which of them the optimizer holds."""

    def __init__(self, model: nn.Module, optimizer: Any, others: Sequence[Any]):
        self._model = model
        self._optimizer = optimizer
        self._others = others
        # Weak, so that a head that is replaced can go; an id alone may come again.
        self._first = {id(p): weakref.ref(p) for p in model.parameters()}
        self.take()

    def is_other(self) -> bool:
        """Whether it is time for `take`."""
        return (self._is_stale or self._held != self._holds()
                or any(not is_lazy(p) for p in self._unmade))

    def _holds(self) -> list[list[int]]:
        return [list(map(id, group["params"])) for group in self._optimizer.param_groups]

    def registered(self) -> None:
        """A module or a parameter was registered somewhere."""
        self._is_stale = True

    def take(self) -> None:
        """Looks who is there."""
        self._is_stale = False
        groups = self._optimizer.param_groups
        self._held = self._holds()
        group_of = {id(p): n for n, group in enumerate(groups) for p in group["params"]}
        elsewhere = {id(p) for o in self._others for g in o.param_groups for p in g["params"]}
        named = [(path, p) for path, p in self._model.named_parameters() if id(p) not in elsewhere]
        self.paths = [path for path, _ in named]
        self.parameters = [p for _, p in named]
        self.groups = [group_of.get(id(p)) for p in self.parameters]
        self.is_late = [self._was_made_late(p) for p in self.parameters]
        self.index = {id(p): n for n, p in enumerate(self.parameters)}
        self._unmade = [p for p in self.parameters if is_lazy(p)]
        self._empty = {n for n, p in enumerate(self.parameters) if not is_lazy(p) and not p.numel()}

    def state(self) -> list[Any]:
        """What differs where something is other."""
        return [self.paths, list(map(id, self.parameters)), self.groups, len(self._unmade)]

    def _was_made_late(self, parameter: Tensor) -> bool:
        first = self._first.get(id(parameter))
        return first is None or first() is not parameter

    def membership(self, index: int) -> str | None:
        """The state that a parameter has whatever its gradient is; None: its gradient decides."""
        if not self.parameters[index].requires_grad:
            return "frozen"
        if self.groups[index] is None:
            return "late" if self.is_late[index] else "not_optimized"
        return "not_recorded" if index in self._empty else None

    def described(self, most: int | None) -> list[dict[str, Any]]:
        return [self._describe(n, most) for n in range(len(self.paths))]

    def _describe(self, index: int, most: int | None) -> dict[str, Any]:
        parameter = self.parameters[index]
        made = not is_lazy(parameter)
        return {
            "path": self.paths[index],
            "shape": list(parameter.shape) if made else None,
            "elements": parameter.numel() if made else None,
            "gradient_sampled": _sample(parameter.detach(), most).numel() if made else None,
            "parameter_sampled": _sample(parameter.detach(), _half(most)).numel() if made else None,
            "dtype": str(parameter.dtype).replace("torch.", ""),
            "requires_grad": parameter.requires_grad,
            "in_optimizer": self.groups[index] is not None,
            "group": self.groups[index],
            "made_late": self.is_late[index],
        }

    def described_groups(self) -> list[dict[str, Any]]:
        return [{
            "learning_rate": _setting(group.get("lr")),
            "weight_decay": _setting(group.get("weight_decay")),
            "momentum": _setting(group.get("momentum")),
            "betas": [_setting(beta) for beta in betas]
                     if isinstance(betas := group.get("betas"), (list, tuple)) else None,
            "eps": _setting(group.get("eps")),
            "tensors": len(group["params"]),
            "tensors_of_model": sum(id(p) in self.index for p in group["params"]),
        } for group in self._optimizer.param_groups]


def _normalization_kind(module: nn.Module) -> str | None:
    if isinstance(module, nn.modules.batchnorm._BatchNorm):
        return "batch_norm"
    if isinstance(module, nn.modules.instancenorm._InstanceNorm):
        return "instance_norm"
    if isinstance(module, nn.LayerNorm):
        return "layer_norm"
    if isinstance(module, nn.GroupNorm):
        return "group_norm"
    named = type(module).__name__.lower()
    if isinstance(module, getattr(nn, "RMSNorm", ())) or named.endswith("rmsnorm"):
        return "rms_norm"
    if "norm" in named and hasattr(module, "eps") and next(module.children(), None) is None:
        return "other"
    return None


def _values_normalized(module: nn.Module, kind: str, shape: torch.Size) -> int | None:
    """How many values share a mean and a variance, for an input of `shape`; None: not known."""
    if kind == "batch_norm":
        return math.prod(shape) // shape[1] if len(shape) > 1 and shape[1] else None
    if kind == "instance_norm":
        dimensions = {"1": 1, "2": 2, "3": 3}.get(type(module).__name__[-2:-1])
        return math.prod(shape[-dimensions:]) if dimensions else None
    if kind == "group_norm":
        groups = shape[0] * module.num_groups
        return math.prod(shape) // groups if groups else None
    normalized = getattr(module, "normalized_shape", None)
    if normalized is not None:
        return math.prod(normalized) if isinstance(normalized, (list, tuple)) else normalized
    return shape[-1] if kind == "rms_norm" and shape else None


def _describe_normalization(path: str, module: nn.Module, kind: str) -> dict[str, Any]:
    def setting(*names: str) -> float | None:
        found = [getattr(module, name) for name in names if hasattr(module, name)]
        return _setting(found[0]) if found else None

    channels = setting("num_features", "num_channels")
    return {
        "path": path,
        "class": type(module).__name__,
        "kind": kind,
        "channels": None if channels is None else int(channels),
        "momentum": setting("momentum"),
        "eps": setting("eps", "variance_epsilon"),
        "keeps_statistics": getattr(module, "running_mean", None) is not None,
    }


# Finite in, finite out: what comes out of these needs no look.
_HARMLESS = (
    nn.Identity, nn.Flatten, nn.Unflatten, nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.Hardtanh, nn.Sigmoid,
    nn.Tanh, nn.GELU, nn.SiLU, nn.ELU, nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d,
)


_FLOATS = (torch.float32, torch.float64, torch.float16, torch.bfloat16)


def _tensors(value: Any, depth: int = 3) -> Iterator[Tensor]:
    """The tensors of a module's output that can be looked at."""
    if isinstance(value, Tensor):
        # What stands for others, as inside torch.func.vmap, has no entries of its own.
        if (type(value) in (Tensor, nn.Parameter) and value.dtype in _FLOATS
                and value.layout is torch.strided and not value.is_meta
                and not torch._C._functorch.is_functorch_wrapped_tensor(value) and value.numel()):
            yield value.detach()
    elif depth > 0 and isinstance(value, (list, tuple, Mapping)):
        for entry in value.values() if isinstance(value, Mapping) else value:
            yield from _tensors(entry, depth - 1)


class _Seen:
    """What modules put out in the forward passes of one step."""

    def __init__(self) -> None:
        self.is_begun = False
        # Indexes of the modules in the order of their last calls.
        self.order: dict[int, None] = {}
        # Index of the module, -1 for the input of the first one; smallest and largest entries,
        # finite where all entries are. Of tensors on a CPU only where they are not.
        self.calls: list[tuple[int, list[Tensor]]] = []
        # By index of the module: values that share statistics, batch, training mode.
        self.normalized: dict[int, tuple[int | None, int, bool]] = {}
        self.last: weakref.ref | None = None

    def look(self, index: int, value: Any) -> None:
        extremes: list[Tensor] = []
        for tensor in _tensors(value):
            if tensor.is_cpu:
                # A sum is faster than extremes; it is finite only where all entries are.
                wide = torch.float32 if tensor.itemsize == 2 else None
                if math.isfinite(tensor.sum(dtype=wide).item()):
                    continue
            extremes += tensor.aminmax()
        if extremes and len(self.calls) < CALLS:
            self.calls.append((index, extremes))


def _words(extremes: Sequence[Tensor]) -> set[str]:
    """Which numbers among them are not finite."""
    return {_not_finite(value) for value in _read(extremes) if not math.isfinite(value)}


class _Modules:
    """The modules of the model."""

    def __init__(self, model: nn.Module):
        self._model = model
        self.take()
        self.seen = _Seen()

    def take(self) -> None:
        named = list(self._model.named_modules())
        self.paths = [path for path, _ in named]
        self.all = [module for _, module in named]
        self.index = {id(module): n for n, module in enumerate(self.all)}
        kinds = ((n, _normalization_kind(module)) for n, module in enumerate(self.all))
        self.kinds = {n: kind for n, kind in kinds if kind is not None}
        self._harmless = {n for n, module in enumerate(self.all) if type(module) in _HARMLESS}
        # By index of the module what is not finite in its output in steps in which all else is, as
        # in scores that are masked.
        self._usual: dict[int, set[str]] = {}

    def taken(self) -> _Seen:
        """What was seen since the last call."""
        seen, self.seen = self.seen, _Seen()
        return seen

    def learn(self, seen: _Seen, is_exact: bool) -> None:
        """Takes what a step that is finite has shown.

        is_exact: looks on devices too, which then have to be waited for.
        """
        for index, extremes in seen.calls:
            if is_exact or extremes[0].is_cpu:
                self._usual.setdefault(index, set()).update(_words(extremes))

    def is_usual(self, index: int, extremes: Sequence[Tensor]) -> bool:
        """Whether the output is finite, or not finite in the way that it is in healthy steps."""
        return _words(extremes) <= self._usual.get(index, set())

    def called(self, index: int, module: nn.Module, args: Any, output: Any) -> None:
        seen = self.seen
        if not seen.is_begun:
            seen.is_begun = True
            seen.look(-1, args)
        if index in self.kinds:
            self._take_normalized(index, module, args)
        if isinstance(output, Tensor):
            # A container hands on what its last module made.
            if seen.last is not None and seen.last() is output:
                return
            seen.last = weakref.ref(output)
        if index not in self._harmless:
            seen.order.pop(index, None)
            seen.order[index] = None
            seen.look(index, output)

    def _take_normalized(self, index: int, module: nn.Module, args: Any) -> None:
        if not args or not isinstance(args[0], Tensor):
            return
        shape = args[0].shape
        values = _values_normalized(module, self.kinds[index], shape)
        before = self.seen.normalized.get(index)
        # A call in evaluation mode takes no statistics: it never stands for one in training.
        if before is None or (
                (not module.training, values or 0) < (not before[2], before[0] or 0)):
            self.seen.normalized[index] = (values, shape[0] if shape else 1, module.training)

    def described(self) -> list[dict[str, Any]]:
        return [_describe_normalization(self.paths[n], self.all[n], kind)
                for n, kind in self.kinds.items()]

    def described_calls(self, seen: _Seen) -> list[dict[str, Any]] | None:
        if self.kinds and not seen.normalized:
            return None  # compiled, or not watched
        return [{"module": self.paths[n], "values": values, "batch": batch, "training": training}
                for n, (values, batch, training) in sorted(seen.normalized.items())]


# Terms of the loss --------------------------------------------------------------------------------


class _Term:
    """A part of the loss."""

    def __init__(self, name: str, value: Any, weight: float):
        self.name = name
        self.weight = weight
        self.requires_grad = isinstance(value, Tensor) and value.requires_grad
        self.tensor = value if isinstance(value, Tensor) else None
        self._raw: Any = value.detach().reshape(()) if isinstance(value, Tensor) else value
        self._read: list[float | None] = []

    def add(self, other: "_Term") -> None:
        self._raw = self._raw + other._raw
        self.requires_grad = self.requires_grad or other.requires_grad

    def fetch(self, fetch: _Fetch) -> None:
        self._read = fetch.value(self._raw)

    def described(self) -> dict[str, Any]:
        raw = self._read[0] if self._read else _float(self._raw)
        return {"name": self.name, "raw": raw, "weight": self.weight,
                "weighted": self.weight * raw, "requires_grad": self.requires_grad}


def _terms(terms: Mapping[str, Any] | None, weights: Mapping[str, Any] | None) -> list[_Term]:
    """Checks what the user says of the loss."""
    terms = {} if terms is None else terms
    weights = {} if weights is None else weights
    for given, what in ((terms, "terms"), (weights, "weights")):
        if not isinstance(given, Mapping):
            raise TypeError(f"{what} is {type(given).__name__}; give a dict by the terms' names")
    for name in weights:
        if name not in terms:
            raise ValueError(f"weights names {name!r}, which is no term; terms: {list(terms)}")
    for name, value in terms.items():
        if isinstance(value, Tensor) and value.numel() != 1:
            raise ValueError(
                f"term {name!r} has shape {list(value.shape)}; give the scalar that is added to "
                "the loss")
        if not isinstance(value, (Tensor, float, int)):
            raise TypeError(f"term {name!r} is {type(value).__name__}; give a tensor or a number")
    return [_Term(str(n), v, _float(weights.get(n, 1.0))) for n, v in terms.items()]


def _added(terms: list[_Term], more: list[_Term]) -> list[_Term]:
    """The terms of several passes whose gradients are added; other names take their place."""
    if [t.name for t in terms] != [t.name for t in more]:
        return more
    for term, other in zip(terms, more):
        term.add(other)
    return terms


class _Undisturbed:
    """Puts torch's random states and the model's buffers back: a checkpointed module is run again
    by each backward pass, with whatever that draws and changes."""

    def __init__(self, model: nn.Module):
        self._model = model

    def __enter__(self) -> None:
        self._cpu = torch.get_rng_state()
        self._cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else None
        self._buffers = [(b, b.detach().clone()) for b in self._model.buffers()
                         if b.device.type != "meta"]

    def __exit__(self, *_: Any) -> None:
        torch.set_rng_state(self._cpu)
        if self._cuda is not None:
            torch.cuda.set_rng_state_all(self._cuda)
        for buffer, kept in self._buffers:
            # Batch normalization writes its statistics past the version counter; so does this.
            if not torch.equal(buffer, kept):
                buffer.data.copy_(kept)


def _is_reentrant(term: Tensor) -> bool:
    """Whether the graph of the term holds a checkpoint that makes a backward pass of its own."""
    waiting = [term.grad_fn]
    seen = set()
    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        if node.name() == "CheckpointFunctionBackward":
            return True
        seen.add(node)
        waiting += [following for following, _ in node.next_functions]
    return False


class _Shares:
    """The gradient of each term apart: its weighted norm, whole, by group and by tensor."""

    def __init__(self, model: nn.Module, roster: _Roster, modules: _Modules, groups: int):
        self._model = model
        self._roster = roster
        self._modules = modules
        self._groups = groups

    def forbidden(self, terms: list[_Term]) -> str | None:
        """Why no backward pass can be made beside those of the training; None: it can."""
        if _world() > 1:
            return "several ranks: a backward pass of the first alone may wait for the others"
        for path, parameter in zip(self._roster.paths, self._roster.parameters):
            if parameter._backward_hooks:
                return f"{path} has a hook, which one more backward pass would call"
        if _modules._global_backward_hooks or _modules._global_backward_pre_hooks:
            return "modules have a backward hook, which one more backward pass would call"
        for path, module in zip(self._modules.paths, self._modules.all):
            if module._backward_hooks or module._backward_pre_hooks:
                return f"module '{path}' has a hook, which one more backward pass would call"
        if any(_is_reentrant(t.tensor) for t in terms if t.tensor is not None):
            return "a module is checkpointed with use_reentrant=True, which hides its parameters"
        return None

    def taken(self, terms: list[_Term], scale: float) -> list[dict[str, Any]]:
        """One entry a term; `scale` is what the training multiplies its loss with."""
        with _Undisturbed(self._model):
            return [self._share(term, scale) for term in terms]

    def _share(self, term: _Term, scale: float) -> dict[str, Any]:
        norms: list[Figure] = [ABSENT] * len(self._roster.parameters)
        if term.requires_grad and term.tensor is not None:
            for n, norm in self._norms(term, scale):
                norms[n] = float(f"{abs(term.weight) * norm / scale:.7g}")
        whole = _length(norm for norm in norms if isinstance(norm, float))
        return {"name": term.name, "norm": whole, "groups": self._by_group(norms),
                "tensors": norms}

    def _norms(self, term: _Term, scale: float) -> list[tuple[int, float]]:
        wanted = [(n, p) for n, p in enumerate(self._roster.parameters)
                  if p.requires_grad and not is_lazy(p)]
        # Scaled as the loss is, or gradients of half precision would vanish.
        start = torch.full_like(term.tensor, scale)
        found = torch.autograd.grad(
            term.tensor, [p for _, p in wanted], start, retain_graph=True, allow_unused=True)
        there = [(n, entries) for (n, _), gradient in zip(wanted, found)
                 if gradient is not None and (entries := _entries(gradient)) is not None]
        found = [entries for _, entries in there]
        return list(zip((n for n, _ in there), _exact_norms(found, _read(_norms(found)))))

    def _by_group(self, norms: list[Figure]) -> list[Figure]:
        """The norm over each group of the optimizer; ABSENT where no tensor of it has one."""
        parts: list[list[float]] = [[] for _ in range(self._groups)]
        for group, norm in zip(self._roster.groups, norms):
            if group is not None and isinstance(norm, float):
                parts[group].append(norm)
        return [_length(part) if part else ABSENT for part in parts]


# One step -----------------------------------------------------------------------------------------


class _Clip:
    """One call of a clipping function, and the norms that it saw.

    parameters: of the roster; places: those of them that were handed over and have a gradient.
    """

    def __init__(self, name: str, settings: Mapping[str, Any], parameters: Sequence[Tensor],
                 places: list[int], most: int | None, is_whole: bool):
        self.places = places
        self._name = name
        self._is_value = name == "clip_grad_value_"
        self._left_out = sum(p.grad is not None for p in parameters) - len(places)
        self._norm: Any = settings.get("total_norm")
        self._norm_type = None if self._is_value else _setting(settings.get("norm_type", 2.0))
        self._threshold = _setting(settings.get("clip_value" if self._is_value else "max_norm"))
        # Clipping by norm takes the norms of all entries itself; they need only be caught.
        self.is_caught = (name == "clip_grad_norm_" and self._norm_type == 2
                          and settings.get("foreach") is not False)
        self._gradients = [(n, parameters[n].grad) for n in places] if self.is_caught else []
        self._look = None if self.is_caught else _Look(
            parameters, places, most, is_whole, _Buffer())
        self._fetch_look = self._look and self._look.fetch_norms_then()
        self._caught: dict[int, Tensor] = {}
        self._read_norm: list[float | None] = []

    def ended(self, result: Any, caught: list[tuple[Tensor, Tensor]]) -> None:
        if isinstance(result, Tensor):
            self._norm = result.detach()
        place_of = {id(gradient): n for n, gradient in self._gradients}
        self._caught = {place_of[id(gradient)]: norm for gradient, norm in caught
                        if id(gradient) in place_of}
        self._gradients = []

    def fetch(self, fetch: _Fetch) -> None:
        self._read = fetch.add(list(self._caught.values()))
        self._read_norm = fetch.value(self._norm)
        if self._fetch_look is not None:
            self._fetch_look(fetch)

    def norms(self) -> dict[int, float | None]:
        """By place the norm before this call; None: not known."""
        found: dict[int, float | None] = dict.fromkeys(self.places)
        found.update(zip(self._caught, self._read))
        if self._look is not None:
            found.update(self._look.norms_then())
        return found

    def release(self) -> None:
        """Lets gradients go."""
        self._look = self._fetch_look = None
        self._gradients = []
        self._caught.clear()

    def described(self) -> dict[str, Any]:
        norm = self._read_norm[0] if self._read_norm else _float(self._norm)
        return {
            "function": self._name,
            "threshold": self._threshold,
            "norm_type": self._norm_type,
            "norm": norm,
            "coefficient": self._coefficient(norm),
            "tensors": len(self.places),
            "left_out": self._left_out,
        }

    def _coefficient(self, norm: float | None) -> float | None:
        """What was multiplied with, as torch computes it; None: there is no one number."""
        if self._is_value or self._threshold is None or norm is None:
            return None
        coefficient = self._threshold / (norm + 1e-6)
        return coefficient if coefficient != coefficient else min(1.0, coefficient)


class _Round:
    """What one step has shown so far."""

    def __init__(self, number: int, is_recorded: bool):
        self.number = number
        self.is_recorded = is_recorded
        self.is_done = False
        self.is_stepping = False
        self.events: list[str] = []
        self.given_loss: Any = None
        self.roots: list[Tensor] = []
        self.terms: list[_Term] = []
        self.shares: list[dict[str, Any]] | None = None
        self.shares_missing: str | None = None
        self.is_left_over: bool | None = None
        self.scale: float | None = None
        self.skipped: bool | None = None
        self.is_in_scaler = False
        self.raised: str | None = None
        self.learning_rate: list[float | None] | None = None
        self.clips: list[_Clip] = []
        self.epoch: int | None = None
        self.is_training = True
        # What the modules did, once the step has ended.
        self.seen: _Seen = _Seen()
        # The parameters before the update; None: there was none.
        self.before: _Snapshot | None = None
        # By index of the parameter, once gradients were looked at.
        self.is_read = False
        self.membership: list[str | None] = []
        self.root: float | None = None
        self.came: list[Figure] = []
        self.used: list[Figure] = []
        self.zero_shares: list[float | None] = []
        self.norms_from: str | None = None
        self.parameter_norms: list[float | None] = []
        self.update_norms: list[float | None] = []

    @property
    def is_stepped(self) -> bool:
        return "step" in self.events

    def is_scaled_at_clip(self) -> bool | None:
        """Whether clipping worked on gradients that were still scaled; None without clipping."""
        if "clip" not in self.events:
            return None
        if self.scale is None:
            return False
        return "unscale" not in self.events[:self.events.index("clip")]

    def clip_order(self) -> str | None:
        """Where clipping stood among the other calls; None without clipping."""
        if "clip" not in self.events:
            return None
        first = self.events.index("clip")
        last = len(self.events) - 1 - self.events[::-1].index("clip")
        if "step" in self.events[:last]:
            return "after_step"
        if "backward" in self.events and "backward" not in self.events[:first]:
            return "before_backward"
        return "before_unscale" if self.is_scaled_at_clip() else "ok"

    def begin_anew(self) -> None:
        """Forgets passes whose gradients were taken away before any update used them."""
        self.events.clear()
        self.roots.clear()
        for clip in self.clips:
            clip.release()
        self.clips.clear()

    def fetch(self, look: _Look, fetch: _Fetch) -> None:
        """Asks for the figures of the gradients that the update will use, and of the loss.

        Programs go on to count in the tensors that they gave: they are read now or never.
        """
        self._read_roots = fetch.add(self.roots)
        self._read_loss = fetch.value(self.given_loss)
        for part in (*self.terms, *self.clips, look):
            part.fetch(fetch)

    def keep(self, look: _Look, roster: _Roster, look_scale: float | None) -> None:
        """Takes what was fetched.

        look_scale: what gradients are still multiplied with, where the optimizer itself will
        unscale.
        """
        self.is_read = True
        count = len(roster.parameters)
        self.membership = [roster.membership(n) for n in range(count)]
        self.root = sum(self._read_roots) if self._read_roots else None
        self._keep_gradients(look, count, look_scale)

    def _keep_gradients(self, look: _Look, count: int, look_scale: float | None) -> None:
        self.came, self.used = [ABSENT] * count, [ABSENT] * count
        self.zero_shares = [None] * count
        # A number that is not finite may stand where no sample looks.
        used = look.norms(_is_bad(self.root) or look.has_bad_norm())
        came: dict[int, float | None] = dict(used)
        for clip in reversed(self.clips):  # the first one saw gradients as they came
            came.update(clip.norms())
        if not look.is_whole:
            self._follow_clipping(look, came, used)
        scale = look_scale or 1.0
        clip_scale = (self.scale if self.is_scaled_at_clip() else None) or 1.0
        clipped = {n for clip in self.clips for n in clip.places}
        for n in look.places:
            self.used[n] = used[n] / scale
            norm = came[n]
            self.came[n] = None if norm is None else norm / (clip_scale if n in clipped else scale)
        for n, share in look.zero_shares(used):
            self.zero_shares[n] = share
        for n in look.unreadable:
            self.came[n] = self.used[n] = None
        self.norms_from = self._source(look)

    def _follow_clipping(self, look: _Look, came: dict[int, float | None],
                         used: dict[int, float]) -> None:
        """Where one call scaled gradients together, what it and others after it did to a small one
        was done to the large ones, of which the sample knows less."""
        index_of = {n: i for i, n in enumerate(look.places)}
        for clip in reversed(self.clips):
            places = [n for n in clip.places if n in index_of and came[n]] if clip.is_caught else []
            small = [n for n in places if not look.is_sampled[index_of[n]]]
            reference = max(small, key=lambda n: came[n], default=None)
            for n in places:
                if not look.is_sampled[index_of[n]]:
                    continue
                scaled = math.nan if reference is None else \
                    came[n] * used[reference] / came[reference]
                # A sample is not that wrong: this one was changed otherwise.
                is_followed = 0.5 * scaled <= used[n] <= 2 * scaled
                used[n] = scaled if is_followed else look.exact_norm(index_of[n])

    def _source(self, look: _Look) -> str:
        """What norms of large gradients come from."""
        if look.is_whole:
            return "entries"
        caught = {n for clip in self.clips if clip.is_caught for n in clip.places}
        large = [n for n, is_sampled in zip(look.places, look.is_sampled) if is_sampled]
        return "clipping" if caught.issuperset(large) else "samples"

    def loss(self, terms: list[dict[str, Any]]) -> tuple[float | None, str | None]:
        """The loss and where it was seen."""
        if self.given_loss is not None:
            return self._read_loss[0], "given"
        if self.root is not None:
            return self.root, "backward"
        if terms:
            return sum(term["weighted"] for term in terms), "terms"
        return None, None

    def state(self, index: int) -> str:
        if (known := self.membership[index]) is not None:
            return known
        came = self.came[index]
        if came is None:
            return "not_recorded"
        if came == ABSENT:
            # Gradients may have been taken away again before anybody looked.
            return "no_path" if self.is_stepped or self.skipped else "not_recorded"
        return "zero" if came == 0 and self.used[index] == 0 else "live"

    def rows(self) -> str:
        """A row a parameter, as `COLUMNS` names its cells."""
        figures = zip(self.came, self.used, self.zero_shares, self.parameter_norms,
                      self.update_norms)
        return ",".join(f'["{self.state(n)}",{_cells(row)}]' for n, row in enumerate(figures))

    def described_clipping(self) -> dict[str, Any]:
        clips = [clip.described() for clip in self.clips]
        only = clips[0] if len(clips) == 1 else {}
        threshold = only.get("threshold")
        return {
            "norm_before_clip": _whole(self.came),
            "norm_after_clip": _whole(self.used),
            "norms_from": self.norms_from,
            "clip_coefficient": only.get("coefficient"),
            "clip_threshold": None if threshold == math.inf else threshold,
            "clip_order": self.clip_order(),
            "clips": clips,
        }


def _whole(norms: Sequence[Figure]) -> Figure:
    """The norm over all tensors that have a gradient; None where one of them is not known."""
    if any(norm is None for norm in norms):
        return None
    there = [norm for norm in norms if isinstance(norm, float)]
    return _length(there) if there else ABSENT


class _Origin:
    """Where numbers that are not finite began."""

    def __init__(self, current: _Round, roster: _Roster, modules: _Modules):
        self._roster = roster
        self._modules = modules
        self._seen = current.seen
        self._tensors = [n for n, norm in enumerate(current.came) if _is_bad(norm)]
        self._parameters = [n for n, v in enumerate(current.parameter_norms) if _is_bad(v)]

    def described(self, loss: float | None, terms: list[dict[str, Any]]) -> dict[str, Any] | None:
        """None: all that was looked at is finite."""
        paths = self._roster.paths
        bad_terms = [term["name"] for term in terms if _is_bad(term["raw"])]
        if not (self._tensors or self._parameters or bad_terms or _is_bad(loss)):
            return None
        return {
            "loss": None if loss is None else _is_bad(loss),
            "terms": bad_terms,
            "tensors": [paths[n] for n in self._tensors[:NAMED_TENSORS]],
            "tensor_count": len(self._tensors),
            "parameters": [paths[n] for n in self._parameters[:NAMED_TENSORS]],
            "parameter_count": len(self._parameters),
            "origin": self._origin(loss, bad_terms),
        }

    def _origin(self, loss: float | None, bad_terms: list[str]) -> dict[str, Any] | None:
        if (found := self._module()) is not None:
            return found
        if bad_terms:
            return {"kind": "term", "path": bad_terms[0]}
        if _is_bad(loss):
            return {"kind": "loss", "path": None}
        if (found := self._gradient()) is not None:
            return found
        if self._parameters:
            return {"kind": "parameter", "path": self._roster.paths[self._parameters[0]]}
        return None

    def _module(self) -> dict[str, Any] | None:
        """The first module whose output is not finite, or what it had that was not."""
        for index, extremes in self._seen.calls:
            if self._modules.is_usual(index, extremes):
                continue
            if index < 0:
                return {"kind": "input", "path": None}
            module = self._modules.all[index]
            own = {self._roster.index.get(id(p)) for p in module.parameters(recurse=False)}
            bad = [n for n in self._parameters if n in own]
            if bad:
                return {"kind": "parameter", "path": self._roster.paths[bad[0]]}
            return {"kind": "module", "path": self._modules.paths[index],
                    "class": type(module).__name__}
        return None

    def _gradient(self) -> dict[str, Any] | None:
        """The bad gradient whose module ran last, which backward reached first; None: not known."""
        last = {index: place for place, index in enumerate(self._seen.order)}
        owner = {self._roster.index.get(id(p)): n for n, module in enumerate(self._modules.all)
                 for p in module.parameters(recurse=False)}
        placed = [(last[owner[n]], -n, n) for n in self._tensors if owner.get(n) in last]
        if not placed:
            return None
        return {"kind": "gradient", "path": self._roster.paths[max(placed)[2]]}


# The recorder -------------------------------------------------------------------------------------


def _guarded(method: Callable) -> Callable:
    """Ends the recording where `method` fails, because the training goes on without it."""

    @functools.wraps(method)
    def guarded(recorder: "Recorder", *args: Any) -> Any:
        if recorder._has_failed:
            return None
        try:
            return method(recorder, *args)
        except Exception as error:
            recorder._fail(error)
            return None

    return guarded


class Recorder:
    """Writes a line of figures a training step to `folder/records.jsonl`.

    model: what is trained; all its parameters are recorded, in the optimizer or not.
    optimizer: the one whose steps are counted.
    folder: made where it is absent.
    every: records one step in so many; the others only count.
    terms_every: takes the gradient of each term apart on one recorded step in so many, the first
        among them, which costs a backward pass a term; 0: never.
    exact_every: takes norms of large gradients over all entries on one recorded step in so many,
        the first among them; between, clipping by norm gives them, or samples do. 0: never.
    scaler: the GradScaler, where there is one; otherwise found when it is first used.
    other_optimizers: optimizers of other parts of `model`, whose parameters are left out here.
    watch_outputs: looks for numbers that are not finite in what modules put out, so that the
        first bad module can be named.
    sample: of tensors that are larger than `WHOLE`, about so many entries are looked at; None: all,
        at the cost of some passes over the model.
    first_step: the number of the first step.
    append: goes on in a file that is there.
    """

    def __init__(
        self, model: nn.Module, optimizer: torch.optim.Optimizer, folder: str | os.PathLike, *,
        every: int = 1, terms_every: int = 100, exact_every: int = 100, scaler: Any = None,
        other_optimizers: Sequence[torch.optim.Optimizer] = (), watch_outputs: bool = True,
        sample: int | None = SAMPLE, first_step: int = 1, append: bool = False,
    ):
        is_compiled = hasattr(model, "_orig_mod")
        model, optimizer = _innermost_model(model), _innermost(optimizer)
        _check(model, optimizer, every=every, terms_every=terms_every, exact_every=exact_every,
               sample=sample)
        # The epoch, from 1, for the lines; the program may say it whenever a new one begins.
        self.epoch: int | None = None
        self._model = model
        self._optimizer = optimizer
        self._every = every
        self._terms_every = terms_every
        self._exact_every = exact_every
        self._most = sample
        self._scaler = scaler
        self._first_step = self._next_step = int(first_step)
        self._is_closed = False
        self._has_failed = False
        self._is_attached = False
        self._is_open = False
        # Backward passes that go on; modules may be run again in them.
        self._backward_depth = 0
        self._pass: _Pass | None = None
        self._is_header_written = False
        self._is_roster_changed = False
        self._round: _Round | None = None
        # The step before, which is written once it is known what became of the parameters.
        self._waiting: _Round | None = None
        # Another rank would write the same file, and its figures are the first one's.
        self._is_silent = _rank() != 0
        if self._is_silent:
            return
        self._roster = _Roster(model, optimizer, [_innermost(o) for o in other_optimizers])
        self._modules = _Modules(model)
        self._samples = _Samples(self._roster.parameters, sample)
        self._buffer = _Buffer()
        # What gradients were like after the last backward pass.
        self._marks_left: list[Any] = []
        folder = os.fspath(folder)
        os.makedirs(folder, exist_ok=True)
        self._lines = _Lines(os.path.join(folder, FILE), append)
        self._hooks = [
            # A compiled update shall not be compiled together with what is done here.
            optimizer.register_step_pre_hook(torch.compiler.disable(self._step_begins)),
            optimizer.register_step_post_hook(torch.compiler.disable(self._step_ended)),
            # A model may make parameters whenever it likes; asking it each step costs more.
            _modules.register_module_parameter_registration_hook(self._registered),
            _modules.register_module_module_registration_hook(self._registered),
        ]
        if watch_outputs and not is_compiled:
            # One hook for all modules: hooks on each would go into copies and pickles of them,
            # and some modules of torch compute otherwise where they have one.
            self._hooks.append(_modules.register_module_forward_hook(self._module_called))
        atexit.register(self._close_at_exit)

    # Use

    def step(self, terms: Mapping[str, Any] | None = None, *,
             weights: Mapping[str, float] | None = None, loss: Any = None) -> "_OpenStep":
        """Records what happens inside `with`: backward, unscaling, clipping and the update.

        terms: the parts of the loss by name, as scalars, before their weights.
        weights: what each is multiplied with in the loss; 1 where it is not named.
        loss: the loss itself; without it the one that backward starts from is taken.
        """
        if self._is_attached:
            raise RuntimeError("the recorder is attached and sees every step; use rec.terms(...)")
        if isinstance(loss, Tensor) and loss.numel() != 1:
            raise ValueError(f"loss has shape {list(loss.shape)}; give the scalar")
        if not isinstance(loss, (Tensor, float, int, type(None))):
            raise TypeError(f"loss is {type(loss).__name__}; give a tensor or a number")
        self._check_usable()
        return _OpenStep(self, _terms(terms, weights), loss)

    def attach(self) -> "Recorder":
        """Records every step from now on from hooks alone, until `detach` or `close`."""
        self._check_usable()
        if not self._is_attached and not self._is_silent:
            self._modules.taken()
            _listen(self)
        self._is_attached = True
        return self

    def detach(self) -> None:
        """Ends `attach`; the recorder can be used again."""
        if self._is_attached and not self._is_silent:
            self._is_attached = False
            _leave(self)
            self._write_rest()
        self._is_attached = False

    def terms(self, terms: Mapping[str, Any], weights: Mapping[str, float] | None = None) -> None:
        """Names the parts of the loss of the step that comes; for `attach`, before backward."""
        checked = _terms(terms, weights)
        if not self._is_attached:
            raise RuntimeError("the recorder is not attached; use rec.step(terms=...)")
        if not self._is_silent:
            self._terms_named(checked)

    def flush(self) -> None:
        """Writes what waits, with the step before this call."""
        if not self._is_silent and not self._is_closed:
            self._flush()

    def close(self) -> None:
        """Writes what waits, closes the file and takes every hook away."""
        if self._is_open:
            raise RuntimeError("a step is open; close the recorder after it")
        if self._is_closed or self._is_silent:
            self._is_closed = True
            return
        try:
            self.detach()
            self._write_rest()
            self._write_header_at_least()
        finally:
            self._is_closed = True
            for hook in self._hooks:
                hook.remove()
            atexit.unregister(self._close_at_exit)
            self._close_file()

    @property
    def bytes_written(self) -> int:
        """Bytes that this recorder put into its file."""
        return 0 if self._is_silent else self._lines.bytes_written

    def __enter__(self) -> "Recorder":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def _check_usable(self) -> None:
        if self._is_closed:
            raise RuntimeError("the recorder is closed; make another one, with append=True")
        if self._is_open:
            raise RuntimeError("a step is open already; rec.step() does not nest")

    def _close_at_exit(self) -> None:
        if self._lines.is_mine():
            if self._is_open:
                self._close_step(None)
            self.close()

    def _fail(self, error: Exception) -> None:
        """Records nothing more, and says why."""
        self._has_failed = True
        self._round = self._waiting = self._pass = None
        self._modules.taken()
        try:
            self._lines.abandon()
        except OSError:
            pass  # whoever reads the file leaves a part of a line out
        print(f"thalweg_recorder: {self._lines.path}: nothing more is recorded, the training goes "
              f"on: {type(error).__name__}: {error}", file=sys.stderr)

    # What may fail

    @_guarded
    def _flush(self) -> None:
        self._end_done_round()
        self._settle()
        self._lines.flush()

    @_guarded
    def _write_rest(self) -> None:
        self._finish()
        self._settle()

    @_guarded
    def _write_header_at_least(self) -> None:
        if not self._is_header_written:
            self._roster.take()
            self._modules.take()
            self._write_header()

    @_guarded
    def _close_file(self) -> None:
        self._lines.close()

    @_guarded
    def _terms_named(self, terms: list[_Term]) -> None:
        self._end_done_round()
        current = self._current()
        if self._is_cleared(current):
            current.begin_anew()
            current.terms = []
        self._take_terms(current, terms)

    # Rounds

    def _new_round(self) -> _Round:
        number = self._next_step
        self._next_step += 1
        self._round = _Round(number, (number - self._first_step) % self._every == 0)
        self._round.epoch = None if self.epoch is None else int(self.epoch)
        self._round.is_training = bool(self._model.training)
        # Places in the lists of the step are places in the roster, which now stays as it is.
        if self._roster.is_other():
            # A module that was made somewhere else changes nothing here.
            before = self._roster.state(), self._modules.paths
            self._settle()
            self._roster.take()
            self._modules.take()
            if before != (self._roster.state(), self._modules.paths):
                self._samples = _Samples(self._roster.parameters, self._most)
                self._is_roster_changed = True
        return self._round

    def _current(self) -> _Round:
        return self._round or self._new_round()

    def _watched(self) -> _Round | None:
        """The step that is going on; None where none is recorded now."""
        if not (self._is_attached or self._is_open):
            return None
        found = self._current()
        return found if found.is_recorded else None

    def _end_done_round(self) -> None:
        """Where hooks are alone, what comes first after an update ends its step."""
        if self._is_attached and self._round is not None and self._round.is_done:
            self._finish()

    def _is_due(self, current: _Round, every: int) -> bool:
        """Whether what is done on one recorded step in `every` is done in this one."""
        recorded = (current.number - self._first_step) // self._every
        return every > 0 and recorded % every == 0

    def _open(self, terms: list[_Term], loss: Any) -> None:
        self._check_usable()
        if self._is_silent:
            return
        self._begin_step(terms, loss)
        _listen(self)
        self._is_open = True

    @_guarded
    def _begin_step(self, terms: list[_Term], loss: Any) -> None:
        current = self._new_round()
        current.given_loss = loss.detach().reshape(()) if isinstance(loss, Tensor) else loss
        self._take_terms(current, terms)

    def _close_step(self, error: BaseException | None) -> None:
        if not self._is_silent:
            _leave(self)
            self._is_open = False
            self._end_step(error)

    @_guarded
    def _end_step(self, error: BaseException | None) -> None:
        if error is not None and self._round is not None:
            self._round.raised = type(error).__name__
        self._finish()
        if error is not None:  # the program may well end here
            self._settle()
            self._lines.flush()

    # Modules and terms

    def _registered(self, *_: Any) -> None:
        self._roster.registered()

    def _module_called(self, module: nn.Module, args: Any, output: Any) -> None:
        if torch.compiler.is_compiling() or self._backward_depth or not torch.is_grad_enabled():
            return
        index = self._modules.index.get(id(module))
        if index is None or self._has_failed or torch._C._get_tracing_state() is not None:
            return
        try:
            self._end_done_round()
            if self._is_next_recorded():
                self._modules.called(index, module, args, output)
        except Exception as error:
            self._fail(error)

    def _is_next_recorded(self) -> bool:
        """Whether the step that this forward pass belongs to is recorded."""
        if self._round is not None:
            return self._round.is_recorded
        return (self._next_step - self._first_step) % self._every == 0

    def _take_terms(self, current: _Round, terms: list[_Term]) -> None:
        current.terms = _added(current.terms, terms)
        is_first = current.terms is terms
        if terms and is_first and current.is_recorded and self._is_due(current, self._terms_every):
            self._take_shares(current, terms)
        for term in terms:
            term.tensor = None  # lets the graph go

    def _take_shares(self, current: _Round, terms: list[_Term]) -> None:
        groups = len(self._optimizer.param_groups)
        shares = _Shares(self._model, self._roster, self._modules, groups)
        current.shares_missing = shares.forbidden(terms)
        if current.shares_missing is not None:
            return
        self._backward_depth += 1
        try:
            current.shares = shares.taken(terms, self._scale() or 1.0)
        except Exception as error:
            # The graph cannot be walked twice. Had the training's own code failed, its own backward
            # pass would fail next, where nothing is caught.
            current.shares_missing = str(error).strip().split("\n")[0]
            self._terms_every = 0
        finally:
            self._backward_depth -= 1

    # Backward, scaling, clipping

    def _backward_begins(self, tensors: Any) -> None:
        if self._backward_depth == 0:
            self._pass_begins(tensors)
        # Passes that a checkpointed module makes inside of this one are no others.
        self._backward_depth += 1

    @_guarded
    def _pass_begins(self, tensors: Any) -> None:
        current = self._round
        if current is not None and self._is_cleared(current):
            current.begin_anew()
        is_first = current is None or current.is_done or "backward" not in current.events
        self._pass = _Pass(tensors, self._marks(), self._has_gradient() if is_first else None)

    def _is_cleared(self, current: _Round) -> bool:
        """Whether passes of this step were made for nothing: what they left is gone."""
        if current.is_done or "backward" not in current.events or "step" in current.events:
            return False
        return self._marks() != self._marks_left and not self._has_gradient()

    def _backward_ended(self) -> None:
        self._backward_depth -= 1
        if self._backward_depth == 0:
            self._pass_ended()

    @_guarded
    def _pass_ended(self) -> None:
        ended, self._pass = self._pass, None
        self._marks_left = self._marks()
        # Without `with`, a loss of another model may come by; this one's gradients do not notice.
        if ended is None or not self._is_open and ended.marks == self._marks_left:
            return
        self._end_done_round()
        if (current := self._watched()) is not None:
            if "backward" not in current.events:
                current.is_left_over = ended.is_left_over
            current.events.append("backward")
            scale = self._scale() if current.scale is None else current.scale
            current.roots += ended.roots if scale is None else [r / scale for r in ended.roots]

    def _marks(self) -> list[Any]:
        """What changes when a gradient is added to."""
        gradients = [p.grad for p in self._roster.parameters]
        return [None if g is None else (id(g), _version(g)) for g in gradients]

    def _has_gradient(self) -> bool:
        """Whether any gradient is there that is not zero, looked up in samples."""
        gradients = [p.grad.detach() for p in self._roster.parameters
                     if p.grad is not None and _is_plain(p.grad)]
        return any(torch.count_nonzero(_sample(g, self._most)).item() for g in gradients)

    def _scale(self) -> float | None:
        """The scale of the loss; None: it is not scaled."""
        if self._scaler is None or not self._scaler.is_enabled():
            return None
        return float(self._scaler.get_scale())

    def _take_scaler(self, scaler: Any) -> None:
        self._scaler = scaler
        if (current := self._watched()) is not None and current.scale is None:
            current.scale = self._scale()

    @_guarded
    def _scaled(self, scaler: Any) -> None:
        # Another optimizer's loss may have a scaler of its own.
        if scaler.is_enabled() and (self._scaler is None or self._scaler is scaler):
            self._end_done_round()
            self._take_scaler(scaler)

    def _is_mine(self, scaler: Any, optimizer: Any) -> bool:
        return scaler.is_enabled() and _innermost(optimizer) is self._optimizer

    @_guarded
    def _unscale_begins(self, scaler: Any, optimizer: Any) -> None:
        if self._is_mine(scaler, optimizer):
            self._take_scaler(scaler)
            if (current := self._watched()) is not None:
                current.events.append("unscale")

    @_guarded
    def _scaler_step_begins(self, scaler: Any, optimizer: Any) -> None:
        if self._is_mine(scaler, optimizer):
            self._end_done_round()
            self._take_scaler(scaler)
            if (current := self._watched()) is not None:
                current.is_in_scaler = True

    @_guarded
    def _scaler_step_ended(self) -> None:
        current = self._round
        if current is None or not current.is_in_scaler:
            return
        current.is_in_scaler = False
        if current.skipped is None:
            current.skipped = not current.is_stepped
        current.is_done = True
        if current.is_recorded and not current.is_stepped:
            self._take_gradients(current)

    @_guarded
    def _clip_begins(self, name: str, given: list[Tensor],
                     settings: Mapping[str, Any]) -> _Clip | None:
        parameters, index = self._roster.parameters, self._roster.index
        if all(id(p) not in index for p in given):
            return None  # of another model
        current = self._watched()
        if current is None:
            return None
        current.events.append("clip")
        places = sorted({index[id(p)] for p in given if id(p) in index and p.grad is not None})
        with torch.no_grad():
            clip = _Clip(name, settings, parameters, places, self._most, self._is_exact(current))
        current.clips.append(clip)
        return clip

    @_guarded
    def _clip_ended(self, clip: _Clip, result: Any, caught: list[tuple[Tensor, Tensor]]) -> None:
        clip.ended(result, caught)

    def _is_exact(self, current: _Round) -> bool:
        return self._is_due(current, self._exact_every)

    # The update

    @_guarded
    def _step_begins(self, optimizer: Any, args: tuple, kwargs: dict) -> tuple | None:
        """Before `optimizer.step`; with a closure, gradients are there only when that has run.

        Everything is measured here, and the line of the step before is written: what has left the
        caches since the last step is fetched once.
        """
        self._end_done_round()
        current = self._watched()
        is_first = current is not None and current.before is None
        closure = kwargs.get("closure", args[1] if len(args) > 1 else None)
        if not callable(closure):  # of an optimizer with arguments of its own
            closure = None
        if self._round is not None and (self._is_attached or self._is_open):
            self._round.is_stepping = True
        fetch = _Fetch()
        with torch.no_grad():
            now = self._samples.take() if self._waiting is not None or is_first else None
            changes = self._changes(now, fetch)
            norms = self._samples.norms(now, fetch) if is_first else None
            look = self._look(current, fetch) if current is not None and closure is None else None
            fetch.read()
            self._write_waiting(changes)
            if is_first:  # of several updates in one step all are measured together
                current.before = now
                current.parameter_norms = norms()
                current.learning_rate = [_setting(g.get("lr"))
                                         for g in self._optimizer.param_groups]
            if look is not None:
                self._keep(current, look)
        if current is None or closure is None:
            return None

        @functools.wraps(closure)
        def watched_closure(*given: Any, **named: Any) -> Any:
            result = closure(*given, **named)
            self._closure_ended(current)
            return result

        if "closure" in kwargs:
            return args, {**kwargs, "closure": watched_closure}
        return (args[0], watched_closure, *args[2:]), kwargs

    @_guarded
    def _step_ended(self, *_: Any) -> None:
        # An optimizer whose `step` calls that of the class it is made from comes here twice.
        if self._round is not None and self._round.is_stepping:
            self._round.is_stepping = False
            self._round.events.append("step")
            self._round.is_done = True

    @_guarded
    def _closure_ended(self, current: _Round) -> None:
        self._take_gradients(current)

    def _take_gradients(self, current: _Round) -> None:
        """Notes the gradients that the update will use, or that there are without one."""
        with torch.no_grad():
            fetch = _Fetch()
            look = self._look(current, fetch)
            fetch.read()
            self._keep(current, look)

    def _look(self, current: _Round, fetch: _Fetch) -> _Look:
        parameters = self._roster.parameters
        look = _Look(parameters, range(len(parameters)), self._most, self._is_exact(current),
                     self._buffer)
        current.fetch(look, fetch)
        return look

    def _keep(self, current: _Round, look: _Look) -> None:
        # Fused optimizers unscale by themselves, and leave out the update by themselves.
        scale = _float(getattr(self._optimizer, "grad_scale", None))
        if (found := getattr(self._optimizer, "found_inf", None)) is not None:
            current.skipped = bool(_float(found))
        if current.before is None and "unscale" not in current.events:
            scale = current.scale
        current.keep(look, self._roster, scale)

    # Writing

    def _finish(self) -> None:
        """Ends the step that is going on. Its line waits for the next update, which knows what
        became of the parameters; without an update there is nothing to wait for."""
        current, self._round = self._round, None
        if current is None:
            return
        current.seen = self._modules.taken()
        if not current.is_recorded:
            return
        self._settle()
        if not current.is_read:
            self._take_gradients(current)
        for clip in current.clips:
            clip.release()
        current.roots.clear()
        self._waiting = current
        if current.before is None or not current.is_stepped:
            self._settle()

    def _settle(self) -> None:
        """Writes the step that waits, with the parameters of this moment."""
        if self._waiting is not None:
            fetch = _Fetch()
            with torch.no_grad():
                changes = self._changes(self._samples.take(), fetch)
                fetch.read()
                self._write_waiting(changes)

    def _changes(self, now: _Snapshot | None, fetch: _Fetch) -> Callable[[], None] | None:
        """Asks for what became of the parameters in the step that waits; None: none waits."""
        waiting = self._waiting
        if waiting is None:
            return None
        waiting.update_norms = [None] * len(self._roster.parameters)
        if waiting.before is None:
            norms = self._samples.norms(now, fetch)
        elif waiting.is_stepped:
            changes = self._samples.changes(waiting.before, now, fetch)

        def keep() -> None:
            if waiting.before is None:
                waiting.parameter_norms = norms()
            elif waiting.is_stepped:
                waiting.update_norms = changes()

        return keep

    def _write_waiting(self, changes: Callable[[], None] | None) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            changes()
            waiting.before = None
            self._write(waiting)

    def _write(self, current: _Round) -> None:
        if not self._is_header_written:
            self._write_header()
        elif self._is_roster_changed:
            self._lines.write(_json({"kind": "parameters", **self._contents()}))
        self._is_roster_changed = False
        line = _json(self._described(current))
        self._lines.write(f'{line[:-1]},"tensors":[{current.rows()}]}}')

    def _write_header(self) -> None:
        self._is_header_written = True
        self._lines.write(_json({
            "format": FORMAT,
            "kind": "recorder",
            "framework": "pytorch",
            "version": torch.__version__,
            "every": self._every,
            "terms_every": self._terms_every,
            "exact_every": self._exact_every,
            "columns": list(COLUMNS),
            **self._contents(),
        }))

    def _contents(self) -> dict[str, Any]:
        return {
            "optimizer": {
                "class": type(self._optimizer).__name__,
                "groups": self._roster.described_groups(),
            },
            "parameters": self._roster.described(self._most),
            "modules": self._modules.described(),
        }

    def _described(self, current: _Round) -> dict[str, Any]:
        terms = [term.described() for term in current.terms]
        loss, source = current.loss(terms)
        non_finite = _Origin(current, self._roster, self._modules).described(loss, terms)
        if non_finite is None:
            self._modules.learn(current.seen, self._is_exact(current))
        found = {
            "kind": "step",
            "step": current.number,
            "epoch": current.epoch,
            "training": current.is_training,
            "stepped": current.is_stepped and not current.skipped,
            "loss": loss,
            "loss_from": source,
            "terms": terms,
            "learning_rate": current.learning_rate,
            "order": current.events,
            "gradient_left_over": current.is_left_over,
            **current.described_clipping(),
            "amp_scale": current.scale,
            "scaled_gradients": current.is_scaled_at_clip(),
            "skipped_by_scaler": current.skipped,
            "non_finite": non_finite,
            "normalization": self._modules.described_calls(current.seen),
            "term_shares": current.shares,
        }
        if current.shares_missing is not None:
            found["term_shares_missing"] = current.shares_missing
        if current.raised is not None:
            found["raised"] = current.raised
        return found


class _Pass:
    """A backward pass that goes on."""

    def __init__(self, tensors: Any, marks: list[Any], is_left_over: bool | None):
        roots = [tensors] if isinstance(tensors, Tensor) else list(tensors)
        is_loss = all(isinstance(root, Tensor) and root.numel() == 1 for root in roots)
        self.roots = [root.detach().reshape(()) for root in roots] if is_loss else []
        self.marks = marks
        self.is_left_over = is_left_over


class _OpenStep:
    """One step between `with` and its end."""

    def __init__(self, recorder: Recorder, terms: list[_Term], loss: Any):
        self._recorder = recorder
        self._terms = terms
        self._loss = loss

    def __enter__(self) -> Recorder:
        self._recorder._open(self._terms, self._loss)
        return self._recorder

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        self._recorder._close_step(error)


def _check(model: Any, optimizer: Any, *, every: int, terms_every: int, exact_every: int,
           sample: int | None) -> None:
    if not isinstance(model, nn.Module):
        raise TypeError(f"model is {type(model).__name__}; give a torch.nn.Module")
    if not isinstance(optimizer, torch.optim.Optimizer):
        raise TypeError(f"optimizer is {type(optimizer).__name__}; give a torch.optim.Optimizer")
    if every < 1:
        raise ValueError(f"every is {every}; 1 records each step")
    if terms_every < 0:
        raise ValueError(f"terms_every is {terms_every}; 0 takes no term apart")
    if exact_every < 0:
        raise ValueError(f"exact_every is {exact_every}; 1 looks at all entries in each step")
    if sample is not None and sample < RUN:
        raise ValueError(f"sample is {sample}; give {RUN} or more, or None for all entries")
    for path, parameter in model.named_parameters():
        if type(parameter.data).__name__ == "DTensor":
            raise ValueError(f"{path} is spread over ranks (DTensor), which is not supported")


def _innermost(optimizer: Any) -> Any:
    """The torch optimizer inside what accelerate and others put around it."""
    inner = getattr(optimizer, "optimizer", None)
    while isinstance(inner, torch.optim.Optimizer):
        optimizer, inner = inner, getattr(inner, "optimizer", None)
    return optimizer


def _innermost_model(model: Any) -> Any:
    """The user's module inside what compiles it or spreads it over devices."""
    around = (nn.DataParallel, nn.parallel.DistributedDataParallel)
    while hasattr(model, "_orig_mod") or isinstance(model, around):
        model = model._orig_mod if hasattr(model, "_orig_mod") else model.module
    return model


def _is_distributed() -> bool:
    return torch.distributed.is_available() and torch.distributed.is_initialized()


def _rank() -> int:
    return torch.distributed.get_rank() if _is_distributed() else 0


def _world() -> int:
    return torch.distributed.get_world_size() if _is_distributed() else 1


# Callbacks ----------------------------------------------------------------------------------------


def _hugging_face() -> type:
    from transformers import TrainerCallback

    class ThalwegCallback(TrainerCallback):
        """Records the steps of a transformers Trainer, as one of its `callbacks`.

        folder: without it `thalweg` in the trainer's output folder; settings: those of `Recorder`.
        """

        def __init__(self, folder: str | os.PathLike | None = None, **settings: Any):
            self.recorder: Recorder | None = None
            self._folder = folder
            self._settings = settings

        def on_train_begin(self, args: Any, state: Any, control: Any, model: Any = None,
                           optimizer: Any = None, **_: Any) -> None:
            folder = self._folder or os.path.join(args.output_dir, "thalweg")
            # A training that goes on, here or from a checkpoint, goes on in its file.
            goes_on = self.recorder is not None or state.global_step > 0
            if self.recorder is not None:  # a training that ended by an error left it open
                self.recorder.close()
            settings = {"first_step": state.global_step + 1, "append": goes_on, **self._settings}
            self.recorder = Recorder(model, optimizer, folder, **settings).attach()

        def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if self.recorder is not None:
                self.recorder.epoch = math.floor(state.epoch or 0) + 1

        def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if self.recorder is not None:
                self.recorder.close()

    return ThalwegCallback


def _lightning() -> type:
    if "pytorch_lightning" in sys.modules and "lightning" not in sys.modules:
        from pytorch_lightning import Callback
    else:
        try:
            from lightning.pytorch import Callback
        except ModuleNotFoundError:
            from pytorch_lightning import Callback

    class ThalwegLightningCallback(Callback):
        """Records the steps of a Lightning Trainer, as one of its `callbacks`.

        folder: without it `thalweg` in the trainer's default folder; optimizer_index: which of
        several is recorded; settings: those of `Recorder`.
        """

        def __init__(self, folder: str | os.PathLike | None = None, optimizer_index: int = 0,
                     **settings: Any):
            super().__init__()
            self.recorder: Recorder | None = None
            self._folder = folder
            self._index = optimizer_index
            self._settings = settings

        def on_train_start(self, trainer: Any, pl_module: Any) -> None:
            folder = self._folder or os.path.join(trainer.default_root_dir, "thalweg")
            optimizers = list(trainer.optimizers)
            optimizer = optimizers.pop(self._index)
            goes_on = self.recorder is not None or trainer.global_step > 0
            if self.recorder is not None:
                self.recorder.close()
            settings = {"first_step": trainer.global_step + 1, "other_optimizers": optimizers,
                        "append": goes_on, **self._settings}
            self.recorder = Recorder(pl_module, optimizer, folder, **settings).attach()

        def on_train_batch_start(self, trainer: Any, *_: Any) -> None:
            if self.recorder is not None:
                self.recorder.epoch = trainer.current_epoch + 1

        def on_train_end(self, *_: Any) -> None:
            if self.recorder is not None:
                self.recorder.close()

        def on_exception(self, *_: Any) -> None:
            if self.recorder is not None:
                self.recorder.close()

    return ThalwegLightningCallback


_CALLBACKS = {"ThalwegCallback": _hugging_face, "ThalwegLightningCallback": _lightning}


def __getattr__(name: str) -> Any:
    """Makes a callback when it is first asked for, so that its package is needed only then."""
    if name not in _CALLBACKS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = _CALLBACKS[name]()
    globals()[name] = found
    return found
