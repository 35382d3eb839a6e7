"""A CSV file as a response that spreadsheet programs open as it is."""

from collections.abc import Mapping

from starlette.responses import Response

BYTE_ORDER_MARK = "\ufeff"  # by which spreadsheet programs recognize UTF-8


def csv_file(name: str, text: str, headers: Mapping[str, str]) -> Response:
    """The text as a file to save under `name`. `headers`: besides those of a download."""
    saved = {**headers, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(BYTE_ORDER_MARK + text, media_type="text/csv", headers=saved)
