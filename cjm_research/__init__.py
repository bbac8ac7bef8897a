"""Turn interviews and surveys into customer journey maps with evidence.

The names below are what notebooks need; each is loaded when it is first used, so that
importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cjm_research.coding.texts import code_texts
    from cjm_research.errors import CjmError
    from cjm_research.journey import map_journey
    from cjm_research.overview_report import overview_report
    from cjm_research.persona_report import persona_report
    from cjm_research.reports import build_reports, plan_reports
    from cjm_research.study import Study, open_study
    from cjm_research.widgets.column_map_form import ColumnMapForm
    from cjm_research.widgets.emergent_form import EmergentForm
    from cjm_research.widgets.persona_form import PersonaForm

__version__ = "0.1.0"
_HOME = {
    "CjmError": "errors",
    "ColumnMapForm": "widgets.column_map_form",
    "EmergentForm": "widgets.emergent_form",
    "PersonaForm": "widgets.persona_form",
    "Study": "study",
    "build_reports": "reports",
    "code_texts": "coding.texts",
    "map_journey": "journey",
    "open_study": "study",
    "overview_report": "overview_report",
    "persona_report": "persona_report",
    "plan_reports": "reports",
}
__all__ = [
    "CjmError",
    "ColumnMapForm",
    "EmergentForm",
    "PersonaForm",
    "Study",
    "__version__",
    "build_reports",
    "code_texts",
    "map_journey",
    "open_study",
    "overview_report",
    "persona_report",
    "plan_reports",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        message = f"module 'cjm_research' has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"cjm_research.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
