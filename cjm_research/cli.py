"""The command ``cjm``: parse, call one function, print. Everything it does can be done from Python as well."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from cjm_research import __version__, cli_tables, i18n
from cjm_research.cli_output import BAR, print_table
from cjm_research.errors import CjmError

if TYPE_CHECKING:
    from cjm_research.reports import ReportJob

__all__ = ["build_parser", "main"]

EXIT_OK, EXIT_PROBLEM, EXIT_USAGE, EXIT_INTERRUPTED = 0, 1, 2, 130
# argparse's own words, where a person meets them, by the key of the sentence that replaces them.
_ARGPARSE_WORDS = {
    "usage: ": "cli.usage",
    "options": "cli.options",
    "positional arguments": "cli.arguments",
    "show this help message and exit": "cli.help_help",
    "the following arguments are required: %s": "cli.required",
    "unrecognized arguments: %s": "cli.unrecognised",
    "invalid choice: %(value)r (choose from %(choices)s)": "cli.invalid_choice",
    "expected one argument": "cli.expected_one",
    "expected at least one argument": "cli.expected_one",
    "argument %(argument_name)s: %(message)s": "cli.argument_error",
    "%(prog)s: error: %(message)s\n": "cli.error",
}


class _Parser(argparse.ArgumentParser):
    """A parser that points to --help when the call is wrong."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(EXIT_USAGE, f"{i18n.t('cli.error_line', message=message, prog=self.prog)}\n")


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line, in the current language."""
    parser = _Parser(prog="cjm", description=i18n.t("cli.description"), epilog=i18n.t("cli.epilog"))
    version = f"cjm_research {__version__}"
    parser.add_argument("--version", action="version", version=version, help=i18n.t("cli.help_version"))
    parser.add_argument("--ui-lang", choices=i18n.LANGUAGES, help=i18n.t("cli.ui_lang"))
    commands = parser.add_subparsers(
        dest="command", required=True, metavar=i18n.t("cli.command_name"), title=i18n.t("cli.commands")
    )

    def command(name: str, run: Callable[[argparse.Namespace], int], study: bool = True) -> argparse.ArgumentParser:
        text = i18n.t(f"cli.{name}")
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        if study:
            added.add_argument("study", help=i18n.t("cli.study"))
        return added

    init = command("init", _init, study=False)
    init.add_argument("name", metavar=i18n.t("cli.init_name_meta"), help=i18n.t("cli.init_name"))
    init.add_argument("--from", dest="source", type=Path, metavar="FOLDER", help=i18n.t("cli.init_from"))
    for name, run in (("status", _status), ("read", _read)):
        command(name, run)
    cli_tables.add_code_options(command("code", _code, study=False))
    cli_tables.add_evaluate_options(command("evaluate", cli_tables.evaluate, study=False))
    report = command("report", _report)
    for name in ("persona", "wave"):
        report.add_argument(f"--{name}", action="append", default=[], metavar="ID", help=i18n.t(f"cli.report_{name}"))
    report.add_argument("--lang", action="append", default=[], choices=i18n.LANGUAGES, help=i18n.t("cli.report_lang"))
    report.add_argument("--force", action="store_true", help=i18n.t("cli.report_force"))
    report.add_argument("--jobs", type=int, default=2, metavar="N", help=i18n.t("cli.report_jobs"))
    export = command("export", _export)
    export.add_argument("--to", required=True, choices=("csv",), help=i18n.t("cli.export_to"))
    export.add_argument("--output", required=True, type=Path, metavar="DIR", help=i18n.t("cli.export_output"))
    backup = command("backup", _backup)
    backup.add_argument("--output", type=Path, metavar="FILE", help=i18n.t("cli.backup_output"))
    merge = command("merge", _merge)
    merge.add_argument("other", type=Path, metavar="FILE", help=i18n.t("cli.merge_other"))
    lab = command("lab", _lab, study=False)
    lab.add_argument("--no-browser", action="store_true", help=i18n.t("cli.lab_no_browser"))
    return parser


def _chosen_language(words: Sequence[str]) -> str:
    """Language asked for by ``--ui-lang``, wherever it stands: the help itself depends on it."""
    looking = argparse.ArgumentParser(add_help=False)
    looking.add_argument("--ui-lang", nargs="?", default="")
    chosen = looking.parse_known_args(words)[0].ui_lang
    return chosen if chosen in i18n.LANGUAGES else ""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 something to put right, 2 wrong call."""
    words = list(sys.argv[1:] if argv is None else argv)
    # argparse looks its texts up through this name and ships no translations of its own.
    argparse._ = lambda text: i18n.t(_ARGPARSE_WORDS[text]) if text in _ARGPARSE_WORDS else text  # type: ignore[attr-defined]
    with i18n.speaking(_chosen_language(words)):
        args = build_parser().parse_args(words)
        try:
            return int(args.run(args))
        except CjmError as error:
            print(error.text(), file=sys.stderr)
            return EXIT_PROBLEM
        except BrokenPipeError:
            # The reader (`| head`) has seen enough; nothing more may be written, not even at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return EXIT_OK
        except OSError as error:
            reason = error.strerror or str(error)
            print(i18n.t("cli.os_error", path=error.filename or "", reason=reason), file=sys.stderr)
            return EXIT_PROBLEM
        except KeyboardInterrupt:
            print(i18n.t("cli.interrupted"), file=sys.stderr)
            return EXIT_INTERRUPTED


def _init(args: argparse.Namespace) -> int:
    from cjm_research.study_init import init_study, init_workspace
    from cjm_research.workspace import find_workspace

    if args.source is None:
        made = init_workspace(Path(args.name))
        print(i18n.t("cli.workspace_made", folder=args.name, n=len(made)))
        return EXIT_OK
    new = init_study(find_workspace(), args.name, args.source)
    print(i18n.t("cli.study_made", folder=new.study.folder, n=len(new.copied)))
    for file in new.left_out:
        print(i18n.t("cli.left_out", file=file))
    print(i18n.t("cli.study_next", name=shlex.quote(new.study.name)))
    return EXIT_OK


def _status(args: argparse.Namespace) -> int:
    from cjm_research import summaries
    from cjm_research.study import open_study

    study, lang = open_study(args.study), i18n.current_language()
    print(f"{i18n.pick(dict(study.settings.name), lang)} ({study.folder})\n")
    print_table(summaries.source_counts(study, lang))
    print()
    print_table(summaries.speaker_counts(study, lang))
    print()
    print_table(summaries.persona_sizes(study, lang))
    if study.hidden:
        print()
        print_table(summaries.replacements(study, lang))
        print(i18n.t("privacy.key_kept", path=study.key_file))
    if len(study.decisions):
        print()
        study.store.check()
        print_table(summaries.decision_counts(study, lang))
    for heading, lines in (
        ("cli.notes", summaries.note_lines(study, lang)),
        ("cli.stale", summaries.decision_lines(study, lang)),
    ):
        if lines:
            print("\n" + i18n.t(heading, n=len(lines)))
        for line in lines:
            print(f"- {line}")
    return EXIT_OK


def _read(args: argparse.Namespace) -> int:
    from cjm_research import summaries
    from cjm_research.study import open_study

    study, lang = open_study(args.study), i18n.current_language()
    for path in study.propose_column_maps():
        print(i18n.t("cli.map_proposed", path=path))
    print_table(summaries.source_counts(study, lang))
    for note in summaries.note_lines(study, lang):
        print(f"- {note}")
    return EXIT_OK


def _code(args: argparse.Namespace) -> int:
    path = cli_tables.file_to_code(args)
    if path:
        return cli_tables.code_file(path, args)
    from cjm_research import summaries
    from cjm_research.study import open_study

    study, lang = open_study(args.study), i18n.current_language()
    print_table(summaries.code_counts(study, lang).iloc[:, :5])
    learned = summaries.learned_scores(study, lang)
    if len(learned):
        print("\n" + i18n.t("cli.learned", n=int(learned.iloc[:, 1].max())))
        print_table(learned)
    coded = study.counted["segment_id"].nunique()
    print(i18n.t("cli.coded", n=len(study.segments), coded=coded, path=study.output / "tables"))
    return EXIT_OK


def _report(args: argparse.Namespace) -> int:
    from tqdm import tqdm

    from cjm_research.reports import build_reports, plan_reports
    from cjm_research.study import open_study

    study = open_study(args.study)
    jobs = plan_reports(study, args.persona, args.wave, args.lang)
    events: list[str] = []
    now: list[str] = []
    with tqdm(total=len(jobs), desc=i18n.t("report.progress"), bar_format=BAR) as bar:

        def on_event(job: ReportJob, event: str) -> None:
            events.append(event)
            if event == "start":
                now.append(job.label)
            elif event != "fresh":
                now.remove(job.label)
            bar.set_postfix_str(" + ".join(now))
            bar.update(event != "start")

        pages = build_reports(study, jobs, args.force, args.jobs, on_event)
    print(i18n.t("cli.reports_done", n=len(pages), built=events.count("built"), folder=study.output))
    for page in pages:
        if page.name.startswith("overview"):
            print(page)
    return EXIT_OK


def _export(args: argparse.Namespace) -> int:
    from cjm_research.exports import EXPORTERS
    from cjm_research.study import open_study
    from cjm_research.workspace import write_file

    files = EXPORTERS[args.to](open_study(args.study).tables())
    args.output.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        write_file(args.output / name, text)
        print(args.output / name)
    return EXIT_OK


def _backup(args: argparse.Namespace) -> int:
    from cjm_research.study import open_study

    study = open_study(args.study)
    path = args.output or study.backup_file
    if study.decisions.empty:
        print(i18n.t("cli.nothing_to_copy"))
    elif args.output is None and path.exists():
        print(i18n.t("cli.copy_is_there", path=path))
    else:
        print(i18n.t("cli.copied", n=study.store.backup(path), path=path))
    return EXIT_OK


def _merge(args: argparse.Namespace) -> int:
    from cjm_research.store.decisions import DecisionStore
    from cjm_research.study import open_study

    study = open_study(args.study)
    if not args.other.is_file():
        raise CjmError.one("store.missing", str(args.other))
    print(i18n.t("cli.merged", n=study.store.merge(DecisionStore(args.other)), path=args.other))
    return EXIT_OK


def _lab(args: argparse.Namespace) -> int:
    import subprocess

    from cjm_research.workspace import find_workspace

    workspace = find_workspace()
    call = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={workspace}",
        "--LabApp.default_url=/lab/tree/notebooks",
    ]
    # No announcements are fetched: nothing leaves the machine.
    call += ["--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in containers root is the only user there is
        call.append("--allow-root")
    return subprocess.call([*call, "--no-browser"] if args.no_browser else call)  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
