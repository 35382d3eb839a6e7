"""The nine unsur of the Survei Kepuasan Masyarakat (Permenpan RB 14/2017, lampiran I)."""

from enum import StrEnum


class Unsur(StrEnum):
    """What an item measures. The id is the key everywhere; the position on a form is not.

    The order of the members is the order of the regulation, which also breaks ties.
    """

    U1 = "U1"  # persyaratan
    U2 = "U2"  # sistem, mekanisme dan prosedur
    U3 = "U3"  # waktu penyelesaian
    U4 = "U4"  # biaya/tarif
    U5 = "U5"  # produk spesifikasi jenis pelayanan
    U6 = "U6"  # kompetensi pelaksana
    U7 = "U7"  # perilaku pelaksana
    U8 = "U8"  # penanganan pengaduan, saran dan masukan
    U9 = "U9"  # sarana dan prasarana

    @property
    def number(self) -> int:
        """1 to 9, in the regulation's order."""
        return int(self[1:])
