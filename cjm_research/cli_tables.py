"""The commands that work on one file and need no study: ``cjm evaluate GOLD`` and ``cjm code FILE``."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from cjm_research import i18n
from cjm_research.cli_output import BAR, print_table
from cjm_research.errors import CjmError, Problem

if TYPE_CHECKING:
    import pandas as pd

    from cjm_research.codebook import Codebook
    from cjm_research.evaluation import Evaluation

__all__ = ["add_code_options", "add_evaluate_options", "code_file", "evaluate", "file_to_code"]

EMBEDDERS = ("e5", "use")
CODERS = ("heads", "keywords", "llm")
REPORTS = (".html", ".csv", ".png")
_COLUMN_OPTIONS = {
    "text": "cli.code_text_column",
    "question": "cli.code_question_column",
    "language": "cli.code_language_column",
    "context": "cli.code_context_column",
}
_SHOWN_ERRORS = 3  # of each axis, on the screen


def add_code_options(parser: argparse.ArgumentParser) -> None:
    """What ``cjm code`` takes beside the name."""
    parser.add_argument("study", metavar=i18n.t("cli.code_what_meta"), help=i18n.t("cli.code_what"))
    for role, sentence in _COLUMN_OPTIONS.items():
        parser.add_argument(f"--{role}-column", default="", metavar="NAME", help=i18n.t(sentence))
    parser.add_argument("--output", type=Path, metavar="FILE", help=i18n.t("cli.code_output"))
    _add_shared(parser)


def add_evaluate_options(parser: argparse.ArgumentParser) -> None:
    """What ``cjm evaluate`` takes."""
    parser.add_argument("gold", type=Path, metavar="GOLD", help=i18n.t("cli.evaluate_gold"))
    parser.add_argument("--coder", choices=CODERS, default="heads", help=i18n.t("cli.evaluate_coder"))
    parser.add_argument("--lang", choices=i18n.LANGUAGES, help=i18n.t("cli.evaluate_lang"))
    parser.add_argument(
        "--report", action="append", default=[], type=Path, metavar="FILE", help=i18n.t("cli.evaluate_report")
    )
    _add_shared(parser)
    parser.add_argument("--llm-url", default="", metavar="URL", help=i18n.t("cli.evaluate_llm_url"))
    parser.add_argument("--llm-model", default="", metavar="NAME", help=i18n.t("cli.evaluate_llm_model"))
    answers = Path("private") / "evaluate.answers"
    parser.add_argument("--llm-cache", type=Path, default=answers, metavar="DIR", help=i18n.t("cli.evaluate_llm_cache"))
    parser.add_argument("--examples", type=Path, metavar="FILE", help=i18n.t("cli.evaluate_examples"))


def _add_shared(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--embedder", choices=EMBEDDERS, default="e5", help=i18n.t("cli.code_embedder"))
    parser.add_argument("--codebook", type=Path, metavar="FILE", help=i18n.t("cli.code_codebook"))


def file_to_code(args: argparse.Namespace) -> Path | None:
    """The file that ``cjm code`` is asked to code; None if a study is meant.

    Raises CjmError for a study with options that only a file has.
    """
    from cjm_research.readers import SURVEY_SUFFIXES

    path = Path(args.study)
    if path.is_file() or (path.suffix.lower() in SURVEY_SUFFIXES and not path.is_dir()):
        return path
    if args.output or args.codebook or args.embedder != "e5" or any(_columns(args).values()):
        raise CjmError.one("evaluate.only_for_files", args.study)
    return None


def _columns(args: argparse.Namespace) -> dict[str, str]:
    return {role: getattr(args, f"{role}_column") for role in _COLUMN_OPTIONS}


def _codebook(path: Path | None) -> Codebook:
    from cjm_research.codebook import default_codebook, load_codebook

    return load_codebook(path) if path else default_codebook()


def _tell(notes: Iterable[Problem]) -> None:
    for note in notes:
        print(f"- {note.text()}")


def code_file(path: Path, args: argparse.Namespace) -> int:
    """Code every row of a file and write it, with the codes, to another."""
    from functools import partial

    from tqdm import tqdm

    from cjm_research.coding.texts import code_texts
    from cjm_research.text_files import beside, check_output, code_in_parts, pick_columns, read_texts, write_texts

    output = args.output or path.with_name(f"{path.stem}.coded.csv")
    check_output(output, path)
    codebook = _codebook(args.codebook)
    frame, notes = read_texts(path)
    _tell(notes)
    texts = pick_columns(frame, _columns(args), path.name)
    coder = partial(code_texts, embedder=args.embedder, codebook=codebook)
    with tqdm(total=len(texts), desc=i18n.t("evaluate.coding"), bar_format=BAR) as bar:
        coded = code_in_parts(texts, coder, bar.update)
    write_texts(output, beside(frame, coded), path)
    _print_counts(coded, codebook)
    print("\n" + i18n.t("evaluate.file_coded", n=len(frame), path=output))
    return 0


def _print_counts(coded: pd.DataFrame, codebook: Codebook) -> None:
    """Print how many rows have each code."""
    import pandas as pd

    from cjm_research.evaluation import words
    from cjm_research.evaluation.gold import AXES, codes_of, codes_of_axis

    lang, rows = i18n.current_language(), []
    for axis in AXES:
        found = [codes_of(value) for value in coded[axis]]
        for code in codes_of_axis(axis, codebook):
            many = sum(code in codes for codes in found)
            label = words.code_label(axis, code, codebook, lang)
            rows += [(i18n.t(words.AXIS_NAMES[axis], lang), code, label, many)] if many else []
    names = ("evaluate.axis", "evaluate.code", "evaluate.label", "evaluate.texts")
    print_table(pd.DataFrame(rows, columns=[i18n.t(name, lang) for name in names]))


def evaluate(args: argparse.Namespace) -> int:
    """Evaluate a coder on gold, beside the baselines."""
    from cjm_research.evaluation.gold import AXES, read_gold

    wrong = [path for path in args.report if path.suffix.lower() not in REPORTS]
    if wrong:
        raise CjmError.one("evaluate.bad_output", str(wrong[0]), known=", ".join(REPORTS))
    with i18n.speaking(args.lang or i18n.current_language()):
        codebook = _codebook(args.codebook)
        gold, notes = read_gold(args.gold, codebook)
        _tell(notes)
        missing = [axis for axis in AXES if axis not in gold.columns]
        if missing:
            print(i18n.t("evaluate.not_evaluated", columns=", ".join(missing)))
        results = _results(gold, codebook, args)
        _print_results(results, codebook)
        for path in args.report:
            _write_report(path, args.gold.name, results, codebook)
            print(path)
    return 0


def _results(gold: pd.DataFrame, codebook: Codebook, args: argparse.Namespace) -> dict[str, Evaluation]:
    """The coder asked for first, then the baselines; what could not be run is told."""
    from cjm_research.evaluation import compare
    from cjm_research.evaluation.coders import BASELINES, by_majority
    from cjm_research.evaluation.gold import GIVEN

    # No coder may see what people decided.
    texts = gold[list(GIVEN)]
    results = {args.coder: compare(gold, _coded(texts, codebook, args), codebook)}
    results["majority"] = compare(gold, by_majority(gold), codebook)
    for name, coder in BASELINES.items():
        try:
            coded = coder(texts, codebook)
        except CjmError as error:
            print(error.text())
            continue
        axes = [axis for axis in coded.columns if axis in gold.columns]
        if axes and name not in results:
            results[name] = compare(gold[[*GIVEN, *axes]], coded, codebook)
    return results


def _coded(texts: pd.DataFrame, codebook: Codebook, args: argparse.Namespace) -> pd.DataFrame:
    """What the coder asked for says of the texts."""
    from cjm_research.evaluation.coders import by_keywords, by_llm
    from cjm_research.evaluation.gold import read_gold

    if args.coder == "keywords":
        return by_keywords(texts, codebook)
    if args.coder == "heads":
        from cjm_research.coding.texts import code_texts

        return code_texts(texts, args.embedder, codebook)
    from cjm_research.coding.llm import LlmOptions

    if not (args.llm_url and args.llm_model):
        raise CjmError.one("evaluate.no_llm")
    examples = read_gold(args.examples, codebook)[0] if args.examples else None
    coded, report = by_llm(texts, codebook, LlmOptions(args.llm_url, args.llm_model, args.llm_cache), examples)
    for line in report.warnings():
        print(f"- {line}")
    return coded


def _print_results(results: Mapping[str, Evaluation], codebook: Codebook) -> None:
    from cjm_research.evaluation import words

    lang, first = i18n.current_language(), next(iter(results.values()))
    drawn = i18n.t("evaluate.drawn_sources" if first.drawn == "sources" else "evaluate.drawn_rows", lang)
    for title, table, note in (
        ("evaluate.scores_title", words.score_table(results, lang), f"{i18n.t('evaluate.scores_note', lang)} {drawn}"),
        ("evaluate.trust_title", words.detail_table(first, lang), i18n.t("evaluate.trust_note", lang)),
        ("evaluate.codes_title", words.code_table(first, codebook, lang), ""),
    ):
        print(f"\n{i18n.t(title, lang)}\n")
        print_table(table)
        print(f"\n{note}" if note else "")
    for axis in dict.fromkeys(first.headline["axis"]):
        wrong = words.error_table(first, axis, _SHOWN_ERRORS, lang)
        if len(wrong):
            print(f"{i18n.t('evaluate.errors_title', lang)}: {i18n.t(words.AXIS_NAMES[axis], lang)}\n")
            print_table(wrong)
            print()


def _write_report(path: Path, title: str, results: Mapping[str, Evaluation], codebook: Codebook) -> None:
    """Write a page, a picture or all figures as a table, by the suffix."""
    from cjm_research.evaluation import page, words
    from cjm_research.workspace import write_file

    lang = i18n.current_language()
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix.lower() == ".png":
        path.write_bytes(page.draw_trust(next(iter(results.values())), lang).png)
    elif path.suffix.lower() == ".html":
        write_file(path, page.make_page(results, title, codebook, lang))
    else:
        write_file(path, words.tidy(results).to_csv(index=False, float_format="%.6g", lineterminator="\n"))
