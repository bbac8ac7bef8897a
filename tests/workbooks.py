"""The smallest old Excel and OpenDocument workbooks there can be, written byte by byte."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

Cell = str | float
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _text(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def xls(rows: Sequence[Sequence[Cell]]) -> bytes:
    """An Excel 97 workbook of one sheet (BIFF8 in an OLE container)."""
    version = struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 6)
    sheet = _record(0x0809, version[:2] + struct.pack("<H", 0x0010) + version[4:])
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            place = struct.pack("<HHH", r, c, 0)
            if isinstance(cell, str):
                sheet += _record(0x0204, place + _text(cell)) if cell else b""
            else:
                sheet += _record(0x0203, place + struct.pack("<d", cell))
    sheet += _record(0x000A, b"")
    name = bytes([1, 0]) + b"A"
    bound = lambda offset: _record(0x0085, struct.pack("<IH", offset, 0) + name)  # noqa: E731
    start = len(_record(0x0809, version) + bound(0) + _record(0x000A, b""))
    book = _record(0x0809, version) + bound(start) + _record(0x000A, b"") + sheet
    return _container(book + bytes(max(0, 4096 - len(book))))


def _container(stream: bytes) -> bytes:
    """An OLE file whose only stream is the workbook: header, allocation table, directory, stream."""
    sectors = -(-len(stream) // 512)
    table = [_FAT, _END, *range(3, 2 + sectors), _END]
    fat = struct.pack("<128I", *table, *[_FREE] * (128 - len(table)))
    header = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0) + struct.pack("<109I", 0, *[_FREE] * 108)

    def entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
        raw = (name + "\0").encode("utf-16-le")
        links = struct.pack("<III", _FREE, _FREE, child)
        return raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), kind, 1) + links + bytes(36) + struct.pack(
            "<IQ", first, size
        )  # fmt: skip

    directory = entry("Root Entry", 5, 1, _END, 0) + entry("Workbook", 2, _FREE, 2, len(stream)) + bytes(256)
    return header + fat + directory + stream.ljust(sectors * 512, b"\0")


def ods(rows: Sequence[Sequence[Cell]], repeated: int = 1) -> bytes:
    """An OpenDocument spreadsheet of one sheet; a last cell may be said to be repeated so often, both ways."""

    def cell(value: Cell) -> str:
        kind = 'office:value-type="string"'
        if isinstance(value, float):
            kind = f'office:value-type="float" office:value="{value}"'
        return f"<table:table-cell {kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"

    lines = [f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows]
    if repeated > 1:
        last = f'<table:table-row table:number-rows-repeated="{repeated}">'
        again = f'<table:table-cell table:number-columns-repeated="{repeated}" office:value-type="string">'
        lines.append(f"{last}{again}<text:p>x</text:p></table:table-cell></table:table-row>")
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="A">{"".join(lines)}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", content)
        package.writestr("META-INF/manifest.xml", '<?xml version="1.0"?><manifest/>')
    return out.getvalue()
