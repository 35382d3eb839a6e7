"""What people and their programs may say: words that mean something to us, bent and mixed."""

from hypothesis import strategies as st

from bot.messaging.catalog import Catalog
from tests.tools.officials_city import UNITS

ANYTHING = st.text(st.characters(codec="utf-8"), max_size=60)
NUMBERS = st.integers(-(10**30), 10**30).map(str) | st.sampled_from(["٣", "²", "1e9", "0x1", "NaN"])
PERIODS = [
    "2026-Q4", "2026-Q3", "2026", "2026-11", "2026-W47", "2026-11-24", "tw4 2026", "bulan lalu",
    "kemarin", "minggu ini", "2099-W53", "2000", "2099", "2026-Q9", "0001", "9999-Q4", "31/2/2026",
    "semester II 2026",
]  # fmt: skip
VERBS = [
    "ya", "ulang", "cabut", "rencana", "selesai", "tulis", "batas", "saya", "buka", "harian",
    "mingguan", "bulanan", "senin", "07:30", "99:99", "berhenti", "admin", "officer", "viewer",
    "pdf", "xlsx", "docx", "U1", "U3", "U9", "U0", "semua", "kota", "1", "0", "-1", "on", "off",
]  # fmt: skip
EVIL = [
    "'; DROP TABLE response;--", "<script>alert(1)</script>", "{0}", "{upp}", "%s%n", "\0", "\r\n",
    "\x1b[2J\x1b[31m", "=cmd|'/c calc'!A1", "../../../etc/passwd", "\u202e", "\ufeff", "💥" * 20,
    "a" * 5000, "i-" + "2" * 20, "-" * 70, "%", "_", "\\", "\ud7ff", "$(id)", "`id`",
]  # fmt: skip
UNIT_WORDS = [unit.code for unit in UNITS] + [unit.name for unit in UNITS] + ["puskesmas", "dinas"]

WORDS = st.sampled_from(UNIT_WORDS + PERIODS + VERBS) | NUMBERS | ANYTHING | st.sampled_from(EVIL)
ARGUMENTS = st.lists(WORDS, max_size=5).map(" ".join)
NAMES = st.sampled_from([*sorted(Catalog.load().vocabulary.meanings("command")), "start"])
COMMANDED = st.tuples(st.sampled_from(["/", "", "//", "/ "]), NAMES, ARGUMENTS).map(
    lambda parts: f"{parts[0]}{parts[1]} {parts[2]}"
)
EVENTS = st.sampled_from([
    "a:U3:9", "a:U99:1", "a:U1:-1", "a:U1:4", "a:U2:٣", "a:U2:²", "a:U2: 3", "a:U2:03", "a:U2:3.0",
    "a::", "p:gender:x", "p:gender:", "change:U1", "change:U99", "lang:zz", "lang:jv", "langs",
    "show", "done", "stop", "resume", "back", "review", "skip", "no", "lapse", "c:x:saran", "",
]) | ANYTHING  # fmt: skip
