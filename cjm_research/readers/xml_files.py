"""XML from strangers, parsed so that no entity, reference or depth can do harm."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import ParseError

from cjm_research.errors import CjmError

__all__ = ["parse_xml"]


def parse_xml(data: bytes, name: str, suffix: str) -> Any:
    """Root element of a document. Raises CjmError if it is damaged, or declares entities (as bombs do)."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        return fromstring(data)
    except DefusedXmlException as error:
        raise CjmError.one("read.dangerous_xml", name, reason=type(error).__name__) from error
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise CjmError.one("read.unreadable", name, format=suffix, reason=str(error)) from error
