#!/usr/bin/env python3
"""What `promchart diff` shows beside dyff: dyff.py CASES [--pairs N] [--runs N] [--binary FILE]

For N pairs, the default values against those of cases spread over the folder CASES (../shared/parity/cases), dyff compares the two renders. Each
difference that it reports has to be one of ours: the same object, and a path that is the same or leads to it or on from it. What we leave out as
noise counts as shown, as it is counted there. What says nothing to Kubernetes is told apart: the order of a list that it merges by keys, and an empty map or
list. The table ends with
the times, whole processes in turns: dyff alone, on renders that are there already; the two renders and dyff; ours from the values on, with what
caused each change and without. Cases that dyff itself refuses to compare are passed over.
Needs Python 3, and dyff in PATH or in PROMCHART_TOOLS. Exit status: 0 all is shown, 1 something is not.
"""
import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HEADER = re.compile(r"^(/.*?)  \((.*)\)$")
ENTRIES = re.compile(r"^\s*[+-] .* (map entr(?:y|ies)|list entr(?:y|ies)|documents?) (added|removed):$")
KEY = re.compile(r"^    (\"[^\"]*\"|'[^']*'|[^\s:#-][^:]*):( .*|$)")


def flags(case):
    """How a case is rendered."""
    with open(os.path.join(case, "case.json"), encoding="utf-8") as f:
        settings = json.load(f)
    words = ["--release", settings["release"], "--namespace", settings["namespace"], "--kube-version", settings["kube_version"]]
    for version in settings["api_versions"]:
        words += ["--api-versions", version]
    return words + (["--is-upgrade"] if settings["is_upgrade"] else [])


def spread(folder, pairs):
    """Cases of the built-in chart that Helm renders: in as many parts as there are pairs."""
    found = []
    for path, folders, files in os.walk(folder):
        folders.sort()
        if {"case.json", "expected.yaml", "values.yaml"} <= set(files) and os.sep + "standalone" + os.sep not in path:
            found.append(path)
    width = max(1, len(found) // pairs)
    return [found[start:start + width] for start in range(0, width * pairs, width)]


def dyffs(text):
    """(object, path, whether that says nothing) of each difference that dyff reports."""
    at, key_of, found = None, None, []
    for line in text.splitlines():
        header = HEADER.match(line)
        if header:
            at, key_of = (header.group(2).split("/"), header.group(1)), None
            continue
        entries = ENTRIES.match(line)
        if entries:
            key_of = "map" if entries.group(1).startswith("map") else None
            if key_of is None:
                found.append((*at, False))
        elif re.match(r"^  [^\s+-]", line) and at and key_of is None and at[1] != "/":
            found.append((*at, "order changed" in line))
        elif key_of and KEY.match(line):
            key, value = KEY.match(line).groups()
            found.append((at[0], at[1].rstrip("/") + "/" + key.strip("\"'"), value.strip() in ("{}", "[]")))
    return found


def step(one):
    """What dyff may call a step of ours."""
    if isinstance(one, str):
        return re.escape(one)
    indexes = [str(one[side]) for side in ("old", "new") if side in one]
    name = (one.get("keys") or {}).get("name")
    return "(?:%s)" % "|".join(["name=" + re.escape(name) if name else "[^/=]+=[^/]*"] + indexes)


def is_shown(path, field):
    """Whether a field is at a path of dyff's, above or below it."""
    steps = []
    for one in field["steps"]:
        if isinstance(one, dict) and "inside" in one:
            break
        steps.append(step(one))
    ways = ["".join("/" + one for one in steps[:length]) or "/" for length in range(len(steps) + 1)]
    return any(re.fullmatch(way, path) for way in ways) or re.match(ways[-1] + "(?:/|$)", path) is not None


def names(o):
    """What dyff calls an object: as it is, and as it was."""
    return {(n["kind"], n.get("namespace", ""), n["name"]) for n in [o, o.get("was") or o]}


def run(words, ok=(0, 1)):
    """What a program prints; nothing where it is dyff, which refuses."""
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode == 255 and words[1] == "between":
        return None
    if done.returncode not in ok:
        sys.exit("%s: status %d: %s" % (" ".join(words), done.returncode, done.stderr[-2000:]))
    return done.stdout


def seconds(words):
    begun = time.perf_counter()
    subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return (time.perf_counter() - begun) * 1000


def compared(theirs, ours):
    """How much of dyff's is shown, and what is not; how much there is of ours."""
    counts, missing = [len(theirs), 0, 0, 0], []
    for identity, path, is_nothing in theirs:
        # version/kind/name or version/kind/namespace/name; the version may have a slash
        at = -3 if len(identity) > 2 and identity[-3][:1].isupper() else -2
        named = (identity[at], identity[-2] if at == -3 else "", identity[-1])
        own = [o for o in ours if named in names(o)]
        # the items of a List are objects of their own
        own += [o for o in ours if named[0] == "List" and o["change"] in ("added", "removed")]
        if any(o["change"] in ("added", "removed") or any(is_shown(path, f) for f in o["fields"]) for o in own):
            counts[1] += 1
        elif is_nothing:
            counts[2] += 1
        else:
            counts[3] += 1
            missing.append("%s %s" % ("/".join(identity), path))
    fields = [f for o in ours for f in (o["fields"] or [o])]
    dangers = [d for o in ours for d in o.get("dangers", []) if d["severity"] != "info"]
    return counts + [len(fields), len([f for f in fields if f.get("causes")]), len(dangers)], missing


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", metavar="CASES")
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--binary", default=os.environ.get("PROMCHART") or os.path.join(ROOT, "target", "release", "promchart"))
    args = parser.parse_args()
    binary = os.path.abspath(args.binary)
    dyff = shutil.which("dyff", path=os.pathsep.join([os.environ.get("PROMCHART_TOOLS", ""), os.environ.get("PATH", "")]))
    if not dyff:
        print("dyff: skipped: it is not in PATH")
        return 0
    columns = ("pair", "dyff", "shown", "nothing", "not shown", "ours", "with cause", "dangers", "dyff ms", "+renders", "ours ms", "no why")
    print("%-58s" % columns[0] + "".join("%11s" % column for column in columns[1:]))
    sums, times, bad = [0] * 7, [[] for _ in range(4)], False
    with tempfile.TemporaryDirectory() as folder:
        old, new, none = (os.path.join(folder, name) for name in ("old.yaml", "new.yaml", "none.yaml"))
        open(none, "w").close()
        between = [dyff, "between", "--omit-header", "-g", "-l", "-w", "10000", "--color", "off", old, new]
        for part in spread(args.cases, args.pairs):
            for case in part:
                values = os.path.join(case, "values.yaml")
                renders = [[binary, "render", *flags(case), "-f", file] for file in (none, values)]
                for path, words in zip((old, new), renders):
                    with open(path, "w", encoding="utf-8") as f:
                        f.write(run(words, ok=(0,)))
                reported = run(between)
                if reported is not None:
                    break
            else:
                continue
            diff = [binary, "diff", *flags(case), "-f", values, "--against-values", none]
            counts, missing = compared(dyffs(reported), json.loads(run([*diff, "--format", "json", "--all"]))["objects"])
            took = [[], [], [], []]
            for _ in range(args.runs):
                alone = seconds(between)
                for times_of, ms in zip(took, (alone, alone + sum(map(seconds, renders)), seconds(diff), seconds([*diff, "--no-why"]))):
                    times_of.append(ms)
            medians = [statistics.median(one) for one in took]
            for all_, one in zip(times, medians):
                all_.append(one)
            print("%-58s" % os.path.relpath(case, args.cases)[:57] + "".join("%11d" % n for n in counts) + "".join("%11.1f" % ms for ms in medians))
            for one in missing:
                print("  not shown: " + one)
            bad = bad or bool(missing)
            sums = [a + b for a, b in zip(sums, counts)]
    print("%-58s" % "all" + "".join("%11d" % n for n in sums) + "".join("%11.1f" % statistics.median(one) for one in times))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
