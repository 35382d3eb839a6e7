"""The command `skm`: the list of its commands and the module that defines each.

`skm --help` prints this list and imports none of the modules.
"""

from bot.cli.lazy_group import LazyCommand, LazyGroup

# command, module in bot/cli/commands, and the first line of its help
COMMANDS = """
setup       setup.command      Ask for the settings, create the tables, invite an admin.
demo        demo               Serve a demo city: no account, no token, no network needed.
serve       serve              Serve the web pages and every configured channel.
doctor      serve              Check this deployment; exit with 1 if something is wrong.
migrate     database           Create the database tables, or upgrade them to this version.
move        database           Copy everything into another database and compare the two.
recount     database           Recompute the rollup from the responses and fix differences.
purge       database           Delete expired data that could identify respondents.
seed        demo               Put the demo city into an empty database.
chat        serve              Answer the survey here, in the terminal.
report      report             Print the index of a unit, or write its official report.
poster      report             Draw the poster that publishes a unit's index (PNG or PDF).
verify      report             Recompute a closed period and compare it with what it froze.
upp         imports.units      Import and list the service units (UPP).
collector   collectors         Add and list collectors: the code and QR of each counter.
qr          qr                 Draw a collector's QR code (PNG, SVG) or its poster (PDF).
tickets     qr                 Make visit tickets; each opens one interview.
responses   imports.responses  Import responses from spreadsheets; export them.
batches     imports.batches    List what was imported.
undo        imports.batches    Take an import back.
paper       paper.group        Print paper forms, and read photos of them.
recap       imports.recap      Import recapitulations that were published earlier.
audit       audit              Check published figures; print the audit log.
invite      officials          Invite an official: print a link valid for seven days.
login       officials          Print a link that signs an official in to the work pages.
invitations officials          List the unused invitations, or revoke one.
deliveries  officials          List messages to officials, and why some failed.
unreadable  officials          List incoming messages that could not be processed.
whatsapp    whatsapp           Write the WhatsApp form; show the month's messages.
backup      backup             Write a checked copy of the database, also while served.
restore     backup             Replace the database with a backup; stop `skm serve` first.
drill       backup             Prove a backup: recompute every figure from its responses.
"""

app = LazyGroup(
    "Survei Kepuasan Masyarakat over Telegram, WhatsApp and the web.",
    [
        LazyCommand(name, f"bot.cli.commands.{module}", summary)
        for name, module, summary in (row.split(maxsplit=2) for row in COMMANDS.split("\n") if row)
    ],
)
