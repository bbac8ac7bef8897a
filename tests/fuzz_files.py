"""Files for the fuzzer: a good one of every format, and ways to spoil it, all from a seed."""

from __future__ import annotations

import io
import json
import random
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from tests.workbooks import ods, xls

__all__ = ["FORMATS", "spoiled"]

TURNS = (
    ("Interviewer", "How did you first hear about the shop?"),
    ("Anna", "A friend told me. It was dear, 3.5 stars – and «slow» 🤦🏽\u200d♀️."),
    ("Интервьюер", "Что было трудно?"),
    ("Анна", "Не нашла кнопку оплаты. Потом позвонила в поддержку!"),
) * 3
ROWS = [
    ["Отметка времени", "Как вы узнали о нас?", "Сколько вам лет?", "Оцените нас от 0 до 10", "What went wrong?"],
    ["2026/03/12 10:01:13 ДП GMT+2", "От друзей, на работе", 25.0, 9.0, "Nothing at all."],
    ["2026/03/12 10:05:00 ДП GMT+2", "Реклама", 35.0, 3.0, "The page crashed; I was angry."],
    ["2026/03/13 11:01:13 ПП GMT+2", "-", 64.0, 7.0, "It took too long."],
]
_LINES = "\n".join(f"{who}: {words}" for who, words in TURNS)


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _docx() -> bytes:
    import docx

    document, out = docx.Document(), io.BytesIO()
    document.add_heading("Interview")
    for who, words in TURNS[:4]:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{who}: ").bold = True
        paragraph.add_run(words)
    table = document.add_table(rows=4, cols=2)
    for row, turn in zip(table.rows, TURNS, strict=False):
        for cell, text in zip(row.cells, turn, strict=True):
            cell.text = text
    document.save(out)
    return _zip(_members(out.getvalue()))  # without the time of day


def _odt() -> bytes:
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "text", "table")
    )
    paragraphs = "".join(
        f"<text:p>{who}:<text:s/><text:tab/>{words}<text:line-break/></text:p>" for who, words in TURNS
    )
    body = f"<office:body><office:text><text:h>Interview</text:h>{paragraphs}</office:text></office:body>"
    content = f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names}>{body}</office:document-content>'
    return _zip({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": content.encode()})


def _rtf() -> bytes:
    escaped = "".join(c if c.isascii() else f"\\u{ord(c)}?" for c in _LINES if ord(c) < 0x8000)
    return ("{\\rtf1\\ansi\\ansicpg1251{\\fonttbl{\\f0 Arial;}}\\b " + escaped.replace("\n", "\\par\n") + "}").encode()


def _pdf() -> bytes:
    lines = [f"({who}: {words})".encode("ascii", "ignore") + b" Tj T*" for who, words in TURNS]
    stream = b"BT /F1 11 Tf 14 TL 50 750 Td\n" + b"\n".join(lines) + b"\nET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(data)
    return data + b"xref\n0 6\n0000000000 65535 f \n" + table + end


def _eaf() -> bytes:
    slots = "".join(f'<TIME_SLOT TIME_SLOT_ID="ts{n}" TIME_VALUE="{n * 1000}"/>' for n in range(8))
    tiers = "".join(
        f'<TIER TIER_ID="{who}" PARTICIPANT="{who}"><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a{n}" '
        f'TIME_SLOT_REF1="ts{2 * n}" TIME_SLOT_REF2="ts{2 * n + 1}"><ANNOTATION_VALUE>{words}</ANNOTATION_VALUE>'
        "</ALIGNABLE_ANNOTATION></ANNOTATION></TIER>"
        for n, (who, words) in enumerate(TURNS[:4])
    )
    order = f'<HEADER TIME_UNITS="milliseconds"/><TIME_ORDER>{slots}</TIME_ORDER>{tiers}'
    return f'<?xml version="1.0" encoding="UTF-8"?><ANNOTATION_DOCUMENT>{order}</ANNOTATION_DOCUMENT>'.encode()


def _cue(n: int, mark: str) -> str:
    return f"00:00:{2 * n:02}{mark}000 --> 00:00:{2 * n + 1:02}{mark}500"


def _spss(suffix: str) -> bytes:
    import pandas as pd
    import pyreadstat

    table = pd.DataFrame(
        {"how": [r[1] for r in ROWS[1:]], "age": [25.0, 35.0, 64.0], "wrong": [r[4] for r in ROWS[1:]]}
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{suffix}"
        pyreadstat.write_sav(
            table,
            path,
            column_labels=["Как вы узнали о нас?", "Age", "What went wrong?"],
            variable_value_labels={"age": {25.0: "young"}},
            compress=suffix == ".zsav",
        )
        data = path.read_bytes()
    return data[:84] + b"01 Jan 2600:00:00" + data[101:]  # without the time of day


def _xlsx() -> bytes:
    import openpyxl

    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in ROWS:
        book.active.append(row)
    book.save(out)
    return _zip(_members(out.getvalue()))


def _csv(mark: str) -> bytes:
    return "\n".join(mark.join(f'"{cell}"' for cell in row) for row in ROWS).encode()


def _whisper_tsv() -> bytes:
    rows = (f"{n * 1000}\t{n * 1000 + 900}\t{who}: {words}" for n, (who, words) in enumerate(TURNS))
    return "\n".join(["start\tend\ttext", *rows]).encode()


def _html() -> bytes:
    rows = "".join(f"<tr><td><b>{who}</b></td><td>{words}</td></tr>" for who, words in TURNS)
    return f"<!DOCTYPE html><html><meta charset=utf-8><h1>Interview</h1><p>A &amp; B<table>{rows}</table>".encode()


def _json() -> bytes:
    segments = [
        {"id": n, "start": n * 1.0, "end": n + 0.9, "text": f" {who}: {words}"} for n, (who, words) in enumerate(TURNS)
    ]
    return json.dumps({"text": _LINES, "segments": segments, "language": "ru"}, ensure_ascii=False).encode()


_SRT = "\n\n".join(f"{n}\n{_cue(n, ',')}\n{who}: {words}" for n, (who, words) in enumerate(TURNS)).encode()
_VTT = "\n\n".join(["WEBVTT", *(f"{_cue(n, '.')}\n<v {who}>{words}" for n, (who, words) in enumerate(TURNS))]).encode()
# A good file of every format, by suffix; a survey's suffix that is also a transcript's has a name before it.
FORMATS: dict[str, Callable[[], bytes]] = {
    ".txt": f"Дата: 12.03.2026\n\n{_LINES}".encode,
    ".md": f"---\nparticipant: P1\n---\n# Interview 1\n{_LINES}\n# Interview 2\n{_LINES}".encode,
    ".docx": _docx,
    ".odt": _odt,
    ".rtf": _rtf,
    ".pdf": _pdf,
    ".html": _html,
    ".htm": _html,
    ".vtt": lambda: _VTT,
    ".srt": lambda: _SRT,
    ".json": _json,
    ".tsv": _whisper_tsv,
    ".lrc": lambda: "\n".join(f"[00:{n:02}.50]{who}: {words}" for n, (who, words) in enumerate(TURNS)).encode(),
    ".eaf": _eaf,
    ".zip": lambda: _zip({"a.txt": _LINES.encode(), "b/b.srt": _SRT, "c.docx": _docx(), "participants.csv": b"x"}),
    "survey.csv": lambda: _csv(","),
    "survey.tsv": lambda: _csv("\t"),
    "survey.xlsx": _xlsx,
    "survey.xls": lambda: xls(ROWS),  # type: ignore[arg-type]
    "survey.ods": lambda: ods(ROWS),  # type: ignore[arg-type]
    "survey.sav": lambda: _spss(".sav"),
    "survey.zsav": lambda: _spss(".zsav"),
}
_good = cache(lambda name: FORMATS[name]())
_MAIN_PART = {".docx": "word/document.xml", ".odt": "content.xml", "survey.xlsx": "xl/worksheets/sheet1.xml",
              "survey.ods": "content.xml", ".zip": "a.txt"}  # fmt: skip
# What parsers stumble over, put into the middle of things.
_TOKENS = (
    *(b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\r\n\r\n", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x80\x8b"),
    *(b"-1", b"0", b"NaN", b"1e999", b"99999999999999999999", b"00:99:99.999", b"99999999:00:00", b"--> ", b"[99:99]"),
    *(
        b"A: ",
        b"**",
        b"- ",
        "— ".encode(),
        b"???",
        b"Interview 2\n",
        b"---\n",
        b"\t",
        b'"',
        b"'",
        b";",
        b",",
        b"|",
        b"=",
    ),
    *(b"<", b">", b"</", b"&", b"&#0;", b"&#xD800;", b"&#1114112;", b"<!--", b"<![CDATA[", b"]]>", b"<!DOCTYPE a>"),
    *(b"{", b"}", b"[", b"]", b"\\", b"\\u-1?", b"\\bin99999999 ", b"null", b"true", b"%", b"{\\rtf1", b"PK\x03\x04"),
)
_FILLERS = (
    *(b"a", "я".encode(), b"7", b"(", b"<a>", b"a,", b'"', b"- ", b"A: b. ", b"{", b"\n", b"**", b": ", b"\t", b"1:2 "),
    *("👩🏽\u200d💻".encode(), b"[00:00.00]", b". Aa: ", b"\\'", b"|"),
)
_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "ha">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
    + b"]><a>&a11;</a>"
)


def _somewhere(data: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + int(10 ** chance.uniform(0, 3)))


def _flip(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(int(10 ** chance.uniform(0, 2)) if data else 0):
        changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _insert(data: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) + 1)
        data = data[:at] + chance.choice(_TOKENS) * chance.choice((1, 1, 2, 50)) + data[at:]
    return data


def _cut(data: bytes, chance: random.Random) -> bytes:
    start, end = _somewhere(data, chance)
    return data[:start] + data[end:]


def _repeat(data: bytes, chance: random.Random) -> bytes:
    start, end = _somewhere(data, chance)
    return data[:end] + data[start:end] * chance.choice((1, 3, 1000)) + data[end:]


def _nul(data: bytes, chance: random.Random) -> bytes:
    start, end = _somewhere(data, chance)
    return data[:start] + bytes(end - start) + data[end:]


def _words(data: bytes, chance: random.Random) -> bytes:
    """Odd words in the place of good ones, written so that the format around them stays whole."""
    odd = b"".join(chance.choices(_TOKENS, k=chance.randint(1, 6))) * chance.choice((1, 1, 30))
    plain = odd.replace(b"\0", b"").decode(errors="ignore")
    return data.replace(b"friend", escape(plain).encode())


_LIGHT: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(_flip, _flip, _insert, _insert, _words, _words, _cut, _repeat, _nul),
    lambda data, chance: data[: chance.randrange(len(data) + 1)],
    lambda data, chance: data + chance.randbytes(chance.randint(1, 2000)),
)


def _inside(name: str, change: Callable[[bytes], bytes]) -> bytes:
    """A good file whose main part is changed: of a package the part with the words, else the whole."""
    data, part = _good(name), _MAIN_PART.get(name)
    if part is None:
        return change(data)
    members = _members(data)
    return _zip(members | {part: change(members[part])})


def _long(name: str, chance: random.Random, size: int) -> bytes:
    """One line of this size in the middle of the words."""
    filler = chance.choice(_FILLERS)

    def fill(data: bytes) -> bytes:
        at = data.find(b"friend")
        at = at if at >= 0 else len(data) // 2
        return data[:at] + filler * (size // len(filler)) + data[at:]

    return _inside(name, fill)


def _deep(name: str, chance: random.Random, size: int) -> bytes:
    """Brackets or elements nested very deep."""
    before, after = chance.choice(((b"<p>", b"</p>"), (b"[", b"]"), (b"{", b"}"), (b'{"a":', b"}"), (b"<div>", b"")))
    times = min(size, 1_000_000) // len(before)
    return _inside(name, lambda data: data[:200] + before * times + data[200:] + after * times)


def _bomb(name: str, chance: random.Random, size: int) -> bytes:
    """200 MB (in a sample, less) of blanks, letters or lines packed into a part, or an archive in an archive."""
    filler = chance.choice((b" ", b"a", b"\n", b"<p/>", b"\0"))
    packed = {"word/media/image.bin": filler * (2 * size // len(filler))}
    if chance.random() < 0.5:
        return _inside(name, lambda data: data.replace(b"friend", next(iter(packed.values()))))
    data = _good(name)
    members = _members(data) if data.startswith(b"PK") else {"a.txt": data}
    return _zip(members | packed)


def _nested(name: str, chance: random.Random, size: int) -> bytes:
    data = _zip({"a.txt": b"a" * size})
    for _ in range(chance.randint(1, 5)):
        data = _zip({"a.zip": data, "a.txt": _LINES.encode()})
    return data


def _entities(name: str, chance: random.Random, size: int) -> bytes:
    """Entities that grow a thousand million times, in place of the words or of every part."""
    if chance.random() < 0.5 and name in _MAIN_PART:
        return _zip(dict.fromkeys(_members(_good(name)), _BOMB))
    declared = _BOMB[: _BOMB.rindex(b"<a>")].partition(b"?>")[2]
    return _inside(
        name,
        lambda data: (
            data.partition(b"?>")[0] + b"?>" + declared + data.partition(b"?>")[2].replace(b"friend", b"&a11;")
        ),
    )


def _other(name: str, chance: random.Random, size: int) -> bytes:
    """The good file of another format under this name."""
    return _good(chance.choice([other for other in FORMATS if other != name]))


_HEAVY = (_long, _bomb, _entities, _long, _nested, _deep, _other)


def spoiled(name: str, seed: int, big: int) -> bytes:
    """A spoiled file of a format; the same for the same arguments.

    big: bytes of the longest line; what unpacks gets twice as many. The first seeds go through the heavy ways, of
    the rest one in fifty is heavy, of any size.
    """
    chance = random.Random(f"{name} {seed}")  # noqa: S311
    if seed < len(_HEAVY) or chance.random() < 0.02:
        size = big if seed < len(_HEAVY) else int(big ** chance.uniform(0.5, 1))
        return _HEAVY[seed % len(_HEAVY)](name, chance, size)
    if chance.random() < 0.05:
        return _other(name, chance, big)

    def lightly(data: bytes) -> bytes:
        for _ in range(chance.choice((1, 1, 2, 4))):
            data = chance.choice(_LIGHT)(data, chance)
        return data

    return _inside(name, lightly) if chance.random() < 0.6 else lightly(_good(name))
