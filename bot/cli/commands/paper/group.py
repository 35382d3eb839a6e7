"""The commands of `skm paper`."""

from bot.cli.commands.paper.check import check
from bot.cli.commands.paper.form import print_forms
from bot.cli.commands.paper.read import answer, read_forms, waiting
from bot.cli.lazy_group import command_group

app = command_group()
app.command("form")(print_forms)
app.command("read")(read_forms)
app.command("answer")(answer)
app.command("waiting")(waiting)
app.command("check")(check)
