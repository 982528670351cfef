"""Whole processes, in turns on this machine: their time and memory, and which programs there are."""
import gc
import os
import re
import shutil
import statistics
import subprocess
import sys
import time


def program(name):
    """Where a program is: in PROMCHART_TOOLS or PATH; None where it is not. A shell script of a version manager in its place takes tens of
    milliseconds, so that what stands behind it is asked for."""
    for folder in [os.environ.get("PROMCHART_TOOLS", "")] + os.environ.get("PATH", "").split(os.pathsep):
        path = os.path.join(folder, name)
        if folder and os.access(path, os.X_OK) and not is_script(path):
            return path
    if shutil.which("pyenv"):
        path = subprocess.run(["pyenv", "which", name], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode().strip()
        if path and not is_script(path):
            return path
    return None


def is_script(path):
    with open(path, "rb") as f:
        return f.read(2) == b"#!"


def spawn(command, out):
    nothing = (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)
    unheard = (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)
    return os.posix_spawn(command[0], command, os.environ, file_actions=[nothing, (os.POSIX_SPAWN_DUP2, out, 1), unheard])


def ended(command, status):
    """Differences and findings end with 1."""
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit("%s: status %d" % (" ".join(command), status))


def measure(command, out):
    """Milliseconds of wall time and of processor time."""
    began = time.perf_counter()
    _, status, usage = os.wait4(spawn(command, out), 0)
    took = (time.perf_counter() - began) * 1000
    ended(command, status)
    return took, (usage.ru_utime + usage.ru_stime) * 1000


# A small process that runs another: wait4 tells at least the memory of the process that the new one is a copy of at first, and this one has little.
SMALL = """
import os, re, sys
with open("/proc/self/status") as f:
    own = int(re.search(r"VmHWM:\\s*(\\d+)", f.read()).group(1))
unheard = [(os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)]
process = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=unheard)
_, status, usage = os.wait4(process, 0)
os.write(2, b"%d %d" % (status, usage.ru_maxrss if usage.ru_maxrss > 1.1 * own else 0))
"""


def look(command):
    """The output, and the peak of memory in KiB; nothing where it is less than a small Python has."""
    done = subprocess.run([sys.executable, "-IS", "-c", SMALL, *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    status, peak = map(int, done.stderr.split())
    ended(command, status)
    return done.stdout.decode(), peak or None


def figures(commands, runs):
    """By name: what the runs of each command took and what it wrote. Each round begins with another command."""
    rows, names = {}, list(commands)
    for name, command in commands.items():
        output, peak = look(command)
        kinds = len(re.findall(r"^kind: ", output, re.MULTILINE))
        rows[name] = {"objects": kinds, "bytes": len(output.encode()), "peak_kib": peak, "wall": [], "cpu": []}
        del output
    out = os.open(os.devnull, os.O_WRONLY)
    gc.disable()
    for round_ in range(runs):
        for turn in range(len(names)):
            name = names[(round_ + turn) % len(names)]
            wall, cpu = measure(commands[name], out)
            rows[name]["wall"].append(wall)
            rows[name]["cpu"].append(cpu)
    gc.enable()
    os.close(out)
    for row in rows.values():
        wall, cpu = row.pop("wall"), row.pop("cpu")
        quartiles = statistics.quantiles(wall, n=4) if len(wall) > 1 else [0, 0, 0]
        row.update(median_ms=statistics.median(wall), least_ms=min(wall), spread_ms=quartiles[2] - quartiles[0], cpu_ms=statistics.median(cpu))
    return rows


def machine():
    """A line about this machine."""
    with open("/proc/cpuinfo") as f:
        model = re.search(r"^model name\s*: (.*)$", f.read(), re.MULTILINE)
    with open("/proc/meminfo") as f:
        memory = int(re.search(r"^MemTotal:\s*(\d+)", f.read(), re.MULTILINE).group(1)) / 1024 / 1024
    known = model.group(1) if model else os.uname().machine
    load = os.getloadavg()[0]
    return "%s, %d processors, %.0f GB, Linux %s; load %.1f when it began" % (known, os.cpu_count(), memory, os.uname().release, load)
