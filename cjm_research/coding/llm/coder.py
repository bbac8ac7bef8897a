"""The ``llm`` coder: passages to requests, answers to codings.

An answer that cannot be used is asked for once more, saying what was wrong; then each of its passages alone; a passage
that gets no usable answer even so stays uncoded and is named in the report. Every quote is looked up in its passage:
a code whose quote does not stand there keeps no evidence, has the memo ``unverified_quote`` and less confidence.
Confidence orders kinds of evidence and is no probability: a model's own word for how sure it is means little.
"""

from __future__ import annotations

import logging
from collections import Counter
from typing import Any, NamedTuple

import pandas as pd

from cjm_research.codebook import Codebook
from cjm_research.coding.llm.answer import AnswerError, Finding, find_quote, read_answer
from cjm_research.coding.llm.batches import Batch, lines, make_batches
from cjm_research.coding.llm.cache import cache_key, read_reply, write_reply
from cjm_research.coding.llm.client import Chat, Question, TooLongError
from cjm_research.coding.llm.examples import Bank
from cjm_research.coding.llm.options import LlmOptions, address, check_options
from cjm_research.coding.llm.prompt import complaint, instructions, request
from cjm_research.coding.llm.report import LlmReport
from cjm_research.coding.llm.shape import grammar, most_tokens, schema
from cjm_research.errors import CjmError
from cjm_research.i18n import t
from cjm_research.tables import CODINGS, make_table

__all__ = ["CONFIDENCE", "UNVERIFIED", "LlmRun", "explain_prompt", "run_llm", "suggest_llm"]

VERSION = 1
CONFIDENCE = {"quoted": 0.8, "unquoted": 0.65, "unverified": 0.4}
UNVERIFIED, MIXED = "unverified_quote", "mixed"  # memos
_LONG_PASSAGE = 4000  # characters; what is shorter has to fit into any model that is of use
# What an answer like "нет" can say; it is never a pain, a want or a channel.
_OF_NON_ANSWERS = ("stage", "sentiment")
_LOG = logging.getLogger("cjm_research.llm")


class LlmRun(NamedTuple):
    """Table ``codings``, and how it came about."""

    codings: pd.DataFrame
    report: LlmReport


def suggest_llm(
    segments: pd.DataFrame,
    codebook: Codebook,
    options: LlmOptions,
    examples: pd.DataFrame | None = None,
    progress: bool = False,
) -> pd.DataFrame:
    """Suggest codes for passages (table ``segments``) by a language model; returns table ``codings``.

    examples: decisions of the study to follow: ``text``, ``question``, ``language``, ``stage``, ``sentiment``,
    ``emotion``, ``pains``, ``wants``, ``channels``. progress: show a bar.
    What stayed uncoded or was dropped is logged as a warning of the logger ``cjm_research.llm``; `run_llm` returns it.
    Raises CjmError for options that cannot be, an address that is not allowed, and a server that does not answer;
    what it has answered by then is kept, and not asked again.
    """
    codings, report = run_llm(segments, codebook, options, examples, progress)
    for line in report.warnings():
        _LOG.warning(line)
    return codings


def run_llm(
    segments: pd.DataFrame,
    codebook: Codebook,
    options: LlmOptions,
    examples: pd.DataFrame | None = None,
    progress: bool = False,
) -> LlmRun:
    """Like `suggest_llm`, but the report is returned and not logged."""
    from tqdm import tqdm

    check_options(options)
    batches = list(make_batches(segments, options.batch_size))
    with Chat(options) as chat:
        coder = _Coder(segments, codebook, options, examples)
        passages = sum(len(batch.rows) for batch in batches)
        with tqdm(total=passages, desc=t("llm.progress"), disable=not progress) as bar:
            for batch in batches:
                coder.code(batch, chat)
                bar.update(len(batch.rows))
    return LlmRun(make_table(CODINGS, coder.codings()), coder.report(batches))


def explain_prompt(
    segments: pd.DataFrame, codebook: Codebook, options: LlmOptions, examples: pd.DataFrame | None = None
) -> str:
    """What is sent with the first request, and where to, for a person to read; nothing is sent."""
    parts = [t("llm.explain", address=address(options), model=options.model)]
    coder = _Coder(segments, codebook, options, examples)
    for batch in list(make_batches(segments, options.batch_size))[:1]:
        parts += [f"[{message['role']}]\n{message['content']}" for message in coder.question(batch).messages]
    return "\n\n".join(parts)


class _Coder:
    """Asks about batches and collects what comes of them."""

    def __init__(
        self, segments: pd.DataFrame, codebook: Codebook, options: LlmOptions, examples: pd.DataFrame | None
    ) -> None:
        self._segments: list[Any] = list(segments.itertuples(index=False))
        self._codebook, self._options, self._bank = codebook, options, Bank(examples)
        self._found: dict[int, list[Finding]] = {}
        self._counts: Counter[str] = Counter()
        self._unknown: Counter[str] = Counter()

    def code(self, batch: Batch, chat: Chat) -> None:
        """Find the codes of a batch; passages without a usable answer get none."""
        try:
            self._found.update(zip(batch.rows, self._answers(batch, chat), strict=True))
        except AnswerError as broken:
            if len(batch.rows) > 1:
                for row in batch.rows:
                    self.code(Batch((row,), batch.language), chat)
            elif isinstance(broken, TooLongError) and len(self._segments[batch.rows[0]].text) < _LONG_PASSAGE:
                raise CjmError.one("llm.no_room", str(address(self._options)), said=broken.said) from None

    def _answers(self, batch: Batch, chat: Chat) -> list[list[Finding]]:
        question = self.question(batch)
        try:
            return self._ask(question, len(batch.rows), chat)
        except TooLongError:
            raise  # asking once more would only be longer
        except AnswerError as broken:
            *before, last = question.messages
            said = f"{last['content']}\n\n{complaint(broken.reason, self._told_in(batch))}"
            again = question._replace(messages=(*before, {"role": "user", "content": said}))
            return self._ask(again, len(batch.rows), chat)

    def _ask(self, question: Question, passages: int, chat: Chat) -> list[list[Finding]]:
        options = self._options
        how = [float(options.temperature), options.seed, dict(options.extra)]
        key = cache_key([VERSION, options.model, how, question])
        reply = read_reply(options.cache_folder, key)
        self._counts["kept" if reply else "asked"] += 1
        if reply is None:
            reply = chat.ask(question)
            write_reply(options.cache_folder, key, reply)
        try:
            return read_answer(reply.text, passages, self._codebook)
        except AnswerError:
            if reply.complete:
                raise
            raise AnswerError("cut_off") from None

    def question(self, batch: Batch) -> Question:
        """What is asked about a batch."""
        asked = [(str(self._segments[row].text), str(self._segments[row].question)) for row in batch.rows]
        examples = self._bank.nearest(asked, batch.language, self._options.max_examples)
        told_in = self._told_in(batch)
        messages = (
            {"role": "system", "content": instructions(self._codebook, told_in)},
            {"role": "user", "content": request(list(lines(self._segments, batch.rows)), examples, told_in)},
        )
        n = len(batch.rows)
        return Question(messages, schema(self._codebook, n), grammar(self._codebook, n), most_tokens(n))

    def _told_in(self, batch: Batch) -> str:
        return self._options.language or batch.language

    def codings(self) -> list[dict[str, object]]:
        """Rows of table ``codings``, in the order of the passages."""
        return [row for n in sorted(self._found) for row in self._rows(self._segments[n], self._found[n])]

    def _rows(self, segment: Any, found: list[Finding]) -> list[dict[str, object]]:
        rows = []
        for finding in found:
            if not finding.known:
                self._unknown[finding.code] += 1
            elif not getattr(segment, "non_answer", 0) or finding.code.startswith(_OF_NON_ANSWERS):
                rows.append(self._row(segment, finding))
        return rows

    def _row(self, segment: Any, finding: Finding) -> dict[str, object]:
        span = find_quote(finding.quote, str(segment.text))
        kind = "quoted" if span else "unverified" if finding.quote.strip() else "unquoted"
        self._counts["unverified"] += kind == "unverified"
        start = int(segment.start)
        return {
            "segment_id": str(segment.segment_id),
            "code": finding.code,
            "value": finding.value,
            "coder": f"llm:{self._options.model}@{VERSION}",
            "coder_kind": "model",
            "confidence": CONFIDENCE[kind],
            "evidence": ((start + span[0], start + span[1]),) if span else (),
            "status": "suggested",
            "memo": " ".join([MIXED] * finding.mixed + [UNVERIFIED] * (kind == "unverified")),
        }

    def report(self, batches: list[Batch]) -> LlmReport:
        """How it went; to be asked for after the codings."""
        rows = sorted(row for batch in batches for row in batch.rows)
        return LlmReport(
            passages=len(rows),
            skipped=len(self._segments) - len(rows),
            uncoded=tuple(str(self._segments[row].segment_id) for row in rows if row not in self._found),
            unknown_codes=dict(sorted(self._unknown.items())),
            unverified=self._counts["unverified"],
            asked=self._counts["asked"],
            kept=self._counts["kept"],
        )
