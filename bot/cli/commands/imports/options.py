"""Arguments and options that every import of a table has."""

from pathlib import Path
from typing import Annotated

import typer

TableFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="XLSX, XLS, ODS, CSV, or a web page with a table.")
]
PreviewOnly = Annotated[
    bool, typer.Option("--preview", help="Show what would be stored, and store nothing.")
]
SheetName = Annotated[str | None, typer.Option(metavar="NAME", help="The sheet to read.")]
HeaderLine = Annotated[
    int | None, typer.Option(metavar="LINE", help="The line of the column names.")
]
MappingName = Annotated[
    str, typer.Option("--map", metavar="NAME", help="Options that are kept by this name.")
]
MessageLanguage = Annotated[str, typer.Option(help="Of messages; default: SKM_LANGUAGE.")]
