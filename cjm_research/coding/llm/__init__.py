"""The ``llm`` coder: suggestions of a language model that runs on this machine or in its network. Off by default.

`options` says which model and where, and refuses any other address; `prompt` and `shape` write what is asked, `batches`
and `examples` choose what is shown; `client` asks, `cache` keeps; `answer` checks what comes back against codebook and
passage; `coder` makes the table of it.
"""

from cjm_research.coding.llm.coder import LlmRun, explain_prompt, run_llm, suggest_llm
from cjm_research.coding.llm.options import LlmOptions
from cjm_research.coding.llm.report import LlmReport

__all__ = ["LlmOptions", "LlmReport", "LlmRun", "explain_prompt", "run_llm", "suggest_llm"]
