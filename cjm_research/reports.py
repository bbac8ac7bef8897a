"""Report notebooks: one for each persona, wave and language, run by papermill.

A report is built again only if something it depends on has changed; ``manifest.json``
beside the reports remembers what each was made from.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from cjm_research.errors import CjmError, Problems
from cjm_research.overview_report import report_file
from cjm_research.personas import EVERYONE
from cjm_research.study import Study
from cjm_research.study_init import shipped_notebooks
from cjm_research.workspace import find_workspace, write_file

__all__ = ["ReportJob", "build_reports", "check_parameters", "plan_reports", "run_report"]

_MANIFEST = "manifest.json"
# Libraries whose version shows in a report's bytes.
_LIBRARIES = ("matplotlib", "nbconvert", "numpy", "pandas", "seaborn")
# What the kernel needs to give the same bytes twice, whatever the machine is set to.
_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "SOURCE_DATE_EPOCH": "0",
    "TZ": "UTC",
    "MPLBACKEND": "agg",
    "JUPYTER_PREFER_ENV_PATH": "1",
}


@dataclass(frozen=True)
class ReportJob:
    """One report to build: the template notebook, its parameters, and where the result goes (without suffix)."""

    template: Path
    parameters: tuple[tuple[str, str], ...]
    target: Path
    lang: str
    workspace: Path

    @property
    def label(self) -> str:
        """Short name for a progress bar."""
        return f"{self.target.parent.name}/{self.target.name}"


def template_folder(workspace: Path) -> Path:
    """Folder of the template notebooks: the workspace's own, else the ones that come with the package."""
    own = workspace / "notebooks"
    return own if (own / "persona_report.ipynb").exists() else shipped_notebooks()


def plan_reports(study: Study, personas: Sequence[str], waves: Sequence[str], langs: Sequence[str]) -> list[ReportJob]:
    """The reports to build; an empty list of personas, waves or languages means all of them.

    All personas include the overview; a study without personas gets a report over everyone. A persona that
    nobody belongs to in a wave gets no report there.
    Raises CjmError for a persona, wave or language that the study does not have.
    """
    chosen = [study.persona(persona).id for persona in personas] or [p.id for p in study.personas] or [EVERYONE]
    rounds = [study.settings.wave(wave).id for wave in waves] or [wave.id for wave in study.settings.waves]
    present = set(study.participants["wave"])
    workspace = find_workspace(study.folder)
    folder, name = template_folder(workspace), study.folder.relative_to(workspace).as_posix()
    jobs = []
    for wave in (wave for wave in rounds if wave in present):
        for lang in langs or study.settings.report_languages:
            common = {"study": name, "wave": wave, "lang": lang}
            for persona in (persona for persona in chosen if _has_people(study, persona, wave)):
                target = study.output / wave / Path(report_file(persona, lang)).stem
                parameters = tuple((common | {"persona": persona}).items())
                jobs.append(ReportJob(folder / "persona_report.ipynb", parameters, target, lang, workspace))
            if not personas:
                target = study.output / wave / f"overview.{lang}"
                jobs.append(ReportJob(folder / "overview_report.ipynb", tuple(common.items()), target, lang, workspace))
    return jobs


def _has_people(study: Study, persona: str, wave: str) -> bool:
    people = study.participants
    return persona == EVERYONE or bool(((people["persona_id"] == persona) & (people["wave"] == wave)).any())


def check_parameters(template: Path, parameters: Mapping[str, str]) -> None:
    """Compare what will be passed with what the notebook declares.

    papermill itself only logs a warning for an unknown name and for a notebook without a cell tagged
    ``parameters``, and then reports on the wrong thing. Raises CjmError naming every difference.
    """
    import papermill

    known = list(papermill.inspect_notebook(str(template)))
    problems = Problems()
    if not known:
        problems.add("report.no_parameters_cell", template.name)
    for name in parameters if known else ():
        if name not in known:
            problems.add("report.unknown_parameter", template.name, name=name, known=", ".join(known))
    for name in known:
        if name not in parameters:
            problems.add("report.missing_parameter", template.name, name=name)
    problems.raise_if_any()


def run_report(job: ReportJob) -> list[Path]:
    """Execute one template and write the result as ``.ipynb`` and ``.html``; returns the paths.

    Raises CjmError with the cell and the error if the notebook fails.
    """
    import nbformat
    import papermill

    from cjm_research.notebook_export import clean_notebook, export_html

    os.environ.update(_ENVIRONMENT)
    check_parameters(job.template, dict(job.parameters))
    try:
        executed = papermill.execute_notebook(
            str(job.template),
            None,
            parameters=dict(job.parameters),
            progress_bar=False,
            cwd=str(job.workspace),
            # The kernel's advice on transport encryption is not for the reader of a progress bar.
            extra_arguments=["--log-level=40"],
            shutdown_kernel="immediate",
        )
    except papermill.PapermillExecutionError as error:
        message = f"{error.ename}: {error.evalue}"
        raise CjmError.one("report.failed", job.label, cell=error.exec_count, error=message) from error
    notebook = clean_notebook(executed)
    job.target.parent.mkdir(parents=True, exist_ok=True)
    paths = [job.target.with_name(job.target.name + suffix) for suffix in (".ipynb", ".html")]
    write_file(paths[0], nbformat.writes(notebook) + "\n")
    write_file(paths[1], export_html(notebook, job.lang))
    return paths


def _fingerprint(job: ReportJob, data: str) -> str:
    versions = [f"{name} {metadata.version(name)}" for name in _LIBRARIES]
    template = hashlib.sha256(job.template.read_bytes()).hexdigest()
    return hashlib.sha256(json.dumps([data, template, job.parameters, versions]).encode()).hexdigest()


def _load_manifest(path: Path) -> dict[str, str]:
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return loaded if isinstance(loaded, dict) else {}


def _is_built(job: ReportJob) -> bool:
    return all(job.target.with_name(job.target.name + suffix).exists() for suffix in (".ipynb", ".html"))


def build_reports(
    study: Study,
    jobs: Sequence[ReportJob],
    force: bool = False,
    workers: int = 2,
    on_event: Callable[[ReportJob, str], None] = lambda _job, _event: None,
) -> list[Path]:
    """Build those of ``jobs`` that are not up to date; returns the HTML files of all jobs.

    on_event: called with each job and what happens to it: ``start``, then ``built``; or ``fresh``, ``failed``.
    Raises CjmError with the failures of all jobs, after the others are done.
    """
    # All tables are made once here; the notebooks then read them from disk.
    study.write_cells()
    data, manifest_path = study.report_fingerprint(), study.output / _MANIFEST
    manifest = _load_manifest(manifest_path)
    wanted = {job: _fingerprint(job, data) for job in jobs}
    todo = []
    for job, fingerprint in wanted.items():
        if not force and manifest.get(job.label) == fingerprint and _is_built(job):
            on_event(job, "fresh")
        else:
            todo.append(job)
            manifest.pop(job.label, None)
    problems = Problems()
    for job, error in _run_all(todo, workers, on_event):
        if error is None:
            manifest[job.label] = wanted[job]
        else:
            problems.extend(error.problems)
        on_event(job, "failed" if error else "built")
        # Written after each report, so that an interrupted run goes on where it stopped.
        write_file(manifest_path, json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    problems.raise_if_any()
    return [job.target.with_name(job.target.name + ".html") for job in jobs]


def _run_all(
    jobs: Sequence[ReportJob], workers: int, on_event: Callable[[ReportJob, str], None]
) -> Iterable[tuple[ReportJob, CjmError | None]]:
    """Run jobs, several at a time, and yield each as it ends with its error, if any."""
    waiting = list(jobs)
    # "spawn" starts clean interpreters: a forked one would inherit threads and sockets of Jupyter.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max(1, min(workers, len(jobs))), mp_context=context) as pool:
        running: dict[Any, ReportJob] = {}
        while waiting or running:
            while waiting and len(running) < max(1, workers):
                job = waiting.pop(0)
                on_event(job, "start")
                running[pool.submit(_attempt, job)] = job
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                yield running.pop(future), future.result()


def _attempt(job: ReportJob) -> CjmError | None:
    try:
        run_report(job)
    except CjmError as error:
        return error
    return None
