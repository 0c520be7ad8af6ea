"""One check of our own for schemathesis; it loads this file by name, in its own process."""

from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, GenerationMode, Response


@schemathesis.check
def what_the_document_allows_is_understood(context: CheckContext, response: Response, case: Case[Any]) -> None:
    """Values may make no sense (a URL to nowhere, a cursor of nothing), and are refused with an id that says which.

    What is refused as such, by its form, has to be refused by the document, too.
    """
    is_good = case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE
    if is_good and response.status_code == 400:
        problem = response.json()
        is_time = "out of range" in problem["message"]  # JSON Schema cannot say which numbers are times
        assert is_time or problem["error_id"] != "request-not-valid", problem["message"]
