"""How well a coder codes, against passages coded by people (gold).

`gold` reads and checks such a table; `judged` lays gold and coder side by side, `measures` makes figures of that,
`compare` puts them into tables; `coders` has the coders to compare with; `words` and `page` show it to a person.
"""

from cjm_research.evaluation.compare import Evaluation, compare
from cjm_research.evaluation.gold import check_gold, read_gold

__all__ = ["Evaluation", "check_gold", "compare", "read_gold"]
