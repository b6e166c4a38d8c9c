"""The surroundings of a measurement: variables, the command, the peers' Python, the machine."""

import os
import pathlib
import platform
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRATCH = ROOT / os.environ.get("SCRATCH", ".build")
PEERS = ROOT / "Benchmarks" / "peers"
COMMAND = pathlib.Path(os.environ.get("THALWEG") or SCRATCH / "release" / "thalweg").absolute()


def clear_variables():
    """Takes away what chooses kernels and threads behind the programs' backs, for all sides."""
    for name in sorted(os.environ):
        if name.startswith(("OPENBLAS_", "GOTO_", "OMP_", "MKL_", "KMP_", "XLA_FLAGS")):
            print(f"bench: unset {name}", flush=True)
            del os.environ[name]


def peers_python():
    """The interpreter that has the peers, made where it is absent; None without peers."""
    if os.environ.get("BENCH_PEERS") == "none":
        print("bench: BENCH_PEERS=none, ours alone is measured")
        return None
    requirements = PEERS / "requirements.txt"
    folder = SCRATCH / "peers-venv"
    python, stamp = folder / "bin" / "python", folder / "requirements.txt"
    if stamp.exists() and stamp.read_bytes() == requirements.read_bytes() and starts(python):
        return python
    try:
        print(f"bench: installing {', '.join(requirements.read_text().split())}", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", requirements], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"bench: the peers cannot be installed, ours alone is measured: {error}")
        return None
    shutil.copy(requirements, stamp)
    return python


def starts(python):
    return python.exists() and subprocess.run([python, "-c", ""]).returncode == 0


def cores():
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def thread_counts():
    return [count for count in (1, 2) if count <= len(cores())]


def cpu():
    """The CPU's name."""
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def caches():
    """Bytes of the second and the third level that a core sees; what is not known is absent."""
    found = {}
    for index in sorted(pathlib.Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        try:
            level, size = ((index / name).read_text().strip() for name in ("level", "size"))
        except OSError:
            continue
        if size.endswith("K"):
            found[f"L{level}"] = 1024 * int(size[:-1])
    if platform.system() == "Darwin":
        for level in (2, 3):
            words = ["sysctl", "-n", f"hw.l{level}cachesize"]
            size = subprocess.run(words, capture_output=True, text=True).stdout.strip()
            if size.isdigit() and int(size):
                found[f"L{level}"] = int(size)
    return {level: size for level, size in found.items() if level in ("L2", "L3")}


def commit():
    """The commit that is measured, with a plus where files besides the results differ from it."""
    name = git("rev-parse", "--short=12", "HEAD")
    results = (":!Benchmarks/results", ":!Benchmarks/results.md")
    return (name or "unknown") + ("+" if git("status", "--porcelain", "--", ".", *results) else "")


def git(*words):
    answer = subprocess.run(["git", "-C", ROOT, *words], capture_output=True, text=True)
    return answer.stdout.strip()


def machine():
    """What a result is good for."""
    return {
        "cpu": cpu(),
        "cores": len(cores()),
        "system": f"{platform.system()} {platform.machine()}",
        "commit": commit(),
    }
